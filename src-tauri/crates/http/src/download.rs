//! Files: the one place where a redirect is followed, once, and without our headers.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, Url};

use crate::address::{AllowedHosts, is_loopback};
use crate::client::ApiClient;
use crate::endpoint::{Call, Effect};
use crate::error::{Cause, Error};
use crate::request::{Received, Request, bare_headers, headers};
use crate::retry;

/// A file to read.
#[derive(Debug, Clone)]
pub struct Download<'a> {
    /// A name for logs.
    pub name: &'static str,
    /// As in [`Endpoint::path`](crate::Endpoint::path).
    pub path: Cow<'a, str>,
    /// As in [`Endpoint::query`](crate::Endpoint::query).
    pub query: Vec<(Cow<'static, str>, String)>,
    /// As in [`Endpoint::headers`](crate::Endpoint::headers).
    pub headers: Vec<(&'static str, String)>,
    /// Storage hosts that a redirect may lead to.
    pub storage: &'a AllowedHosts,
    /// A larger file is not read to its end.
    pub max_bytes: usize,
}

impl ApiClient {
    /// Reads a file: from the service itself, or from the storage host it redirects to.
    ///
    /// The storage host gets none of our headers (api/oneflow.md §3.11: the address it is named by is signed); it
    /// must be on the list, and may not redirect again.
    pub async fn download(&self, download: &Download<'_>, call: Call) -> Result<Vec<u8>, Error> {
        let request = self.download_request(download)?;
        let received = self.repeated(download.name, &request, call, Ok).await?;
        if !received.facts.is_redirect() {
            return Ok(received.body);
        }
        let location = received.facts.location.as_deref().unwrap_or_default();
        let url = request.url.join(location).map_err(|_| Error::NotSent(Cause::Malformed))?;
        // A service out there has no business on this machine.
        let reaches_in = is_loopback(&url) && !self.address().is_loopback();
        if reaches_in || !download.storage.permits(&url) {
            let host = url.host_str().map(str::to_owned);
            return Err(Error::Redirected { status: received.facts.status, host });
        }
        self.read_from_storage(url, request).await
    }

    fn download_request(&self, download: &Download<'_>) -> Result<Request, Error> {
        let mut url = self.address().join(&download.path)?;
        if !download.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&download.query);
        }
        let mut headers = headers(&self.settings, &self.credentials, None, download.headers.clone())
            .map_err(Error::NotSent)?;
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        Ok(Request {
            method: Method::GET,
            url,
            headers,
            body: None,
            effect: Effect::Read,
            timeout: self.transport.timeouts().transfer,
            redirect_wanted: true,
            answer_limit: download.max_bytes,
        })
    }

    /// The storage host is not the service: it has no part in the service's pace.
    async fn read_from_storage(&self, url: Url, request: Request) -> Result<Vec<u8>, Error> {
        let headers = bare_headers(&self.settings).map_err(Error::NotSent)?;
        let request = Request { url, headers, redirect_wanted: false, ..request };
        let time = self.limiter().time();
        let mut attempt = 1;
        loop {
            let sent = request.send(&self.transport, time, Duration::MAX).await;
            let error = match sent.and_then(whole_file) {
                Ok(bytes) => return Ok(bytes),
                Err(error) => error,
            };
            let fraction = self.limiter().chance().fraction();
            let retries = &self.settings.retries;
            let Some(delay) = retry::delay(Effect::Read, &error, attempt, retries, fraction) else {
                return Err(error);
            };
            time.sleep(delay).await;
            attempt += 1;
        }
    }
}

fn whole_file(received: Received) -> Result<Vec<u8>, Error> {
    if received.facts.is_success() {
        return Ok(received.body);
    }
    Err(Error::Storage { status: received.facts.status })
}

#[cfg(test)]
mod tests;
