//! The storage host that downloads are redirected to: pre-signed addresses, as S3's.

use std::collections::HashMap;

use axum::http::header::AUTHORIZATION;
use jiff::{SignedDuration, Timestamp};
use rand::RngCore;

use crate::server::{Call, Reply};
use crate::shared::World;

/// Guess: how long an address is good is not known (api/oneflow.md §10.7).
const GOOD_FOR: SignedDuration = SignedDuration::from_secs(60);

/// Files offered for download, by the secret in their address.
#[derive(Debug)]
pub(crate) struct Storage {
    base: String,
    offers: HashMap<String, Offer>,
}

#[derive(Debug)]
struct Offer {
    /// `None` when the file is not built yet.
    bytes: Option<Vec<u8>>,
    until: Timestamp,
}

impl Storage {
    pub(crate) fn new(base: String) -> Self {
        Self { base, offers: HashMap::new() }
    }

    /// Puts a file out under a fresh address.
    pub(crate) fn offer(
        &mut self,
        bytes: Option<Vec<u8>>,
        now: Timestamp,
        random: &mut impl RngCore,
    ) -> String {
        self.offers.retain(|_, offer| offer.until > now);
        let mut key = [0_u8; 20];
        random.fill_bytes(&mut key);
        let key = crate::hex::lower(&key);
        let address = format!("{}/contracts/{key}.pdf?X-Amz-Expires=60&X-Amz-Signature={key}", self.base);
        self.offers.insert(key, Offer { bytes, until: now + GOOD_FOR });
        address
    }
}

/// `GET /contracts/{name}`. A request that carries a token of ours is refused: the address itself is the right to
/// read, and Oneflow's headers must not reach this host.
pub(super) fn download(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let stray = call.headers.contains_key(AUTHORIZATION)
        || call.headers.keys().any(|name| name.as_str().starts_with("x-oneflow-"));
    if stray {
        return Err(error(400, "InvalidArgument", "Only one auth mechanism allowed"));
    }
    let key = call.text("name").and_then(|name| name.strip_suffix(".pdf")).unwrap_or_default();
    let signed = call.query.get("X-Amz-Signature") == Some(key);
    let offer = world.oneflow.storage.offers.get(key).filter(|offer| signed && offer.until > call.now);
    let offer = offer.ok_or_else(|| error(403, "AccessDenied", "Request has expired"))?;
    let bytes =
        offer.bytes.clone().ok_or_else(|| error(404, "NoSuchKey", "The specified key does not exist."))?;
    let reply = Reply::bytes(200, "binary/octet-stream", bytes);
    Ok(reply.header("content-disposition", "attachment; filename=\"contract.pdf\"".to_owned()))
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Reply::bytes(status, "application/xml", body.into_bytes())
}
