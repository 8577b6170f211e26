//! Where Oneflow is.

use http::{Address, AddressError, AllowedHosts};

/// The production service (`api/oneflow.md §1`). The test service is `https://api.test.oneflow.com/v1`.
pub const DEFAULT_ADDRESS: &str = "https://api.oneflow.com/v1";

/// Reads an address that a person typed. The scheme and `/v1` may be left out.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    let hosts = AllowedHosts::new(["*.oneflow.com"]);
    let address = Address::parse(&http::with_scheme(text), &hosts)?;
    if address.url().path().trim_end_matches('/').ends_with("/v1") {
        return Ok(address);
    }
    Address::parse(&format!("{}v1", address.url()), &hosts)
}

/// Where a download may be redirected to (`api/oneflow.md §3.11`). Guess: the pre-signed addresses were seen to be S3's,
/// the exact host was not.
pub fn storage_hosts() -> AllowedHosts {
    AllowedHosts::new(["*.amazonaws.com", "*.oneflow.com"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_oneflow_and_this_machine_are_addresses() {
        for (text, expected) in [
            (DEFAULT_ADDRESS, Ok("https://api.oneflow.com/v1")),
            ("https://api.test.oneflow.com", Ok("https://api.test.oneflow.com/v1")),
            ("https://api.oneflow.com/v1/", Ok("https://api.oneflow.com/v1")),
            ("http://127.0.0.1:4010/v1", Ok("http://127.0.0.1:4010/v1")),
            ("http://127.0.0.1:4010", Ok("http://127.0.0.1:4010/v1")),
            ("http://127.0.0.1:4010/oneflow/", Ok("http://127.0.0.1:4010/oneflow/v1")),
            ("localhost:4010", Ok("http://localhost:4010/v1")),
            (" api.oneflow.com ", Ok("https://api.oneflow.com/v1")),
            ("https://api.oneflow.com.evil.example/v1", Err(AddressError::HostNotAllowed)),
            ("http://api.oneflow.com/v1", Err(AddressError::NotHttps)),
        ] {
            let found = parse_address(text).map(|address| address.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        }
    }
}
