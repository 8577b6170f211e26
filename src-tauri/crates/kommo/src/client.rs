//! One account behind one token.

use std::{fmt, sync::Arc, time::Duration};

use http::{
    ApiClient, Credential, Endpoint, Error, Limiter, Pace, Rate, Reply, Settings, SetupError, Transport,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    address::KommoAddress,
    list::{Query, read_all},
    odd::{OddRows, Tolerant},
    token::bare,
    wire::hal::Collection,
};

/// Kommo lets so many calls a second through for a whole IP address (`api/kommo.md §18.1`), which an office of several
/// seats shares.
const CALLS_OF_ADDRESS: u32 = 7;
/// Those of one installation (`design.md §7`).
const CALLS: u32 = 5;

/// The share of one installation.
pub const PACE: Pace = Pace {
    all: Rate { calls: CALLS, window: Duration::from_secs(1) },
    background: Rate { calls: 2, window: Duration::from_secs(1) },
    // A process of this app that ended just now may have had its whole share.
    at_first: CALLS_OF_ADDRESS - CALLS,
};

/// A Kommo account, as far as its token may see it. Cheap to clone.
#[derive(Clone)]
pub struct Kommo {
    pub(crate) client: ApiClient,
    pub(crate) address: KommoAddress,
    pub(crate) odd: Arc<OddRows>,
}

impl Kommo {
    /// A client of the account at `address`. `limiter` keeps [`PACE`] and is shared by everything that talks to Kommo
    /// from this installation.
    pub fn new(
        transport: Arc<Transport>,
        address: KommoAddress,
        token: &SecretString,
        limiter: Arc<Limiter>,
    ) -> Result<Self, SetupError> {
        let bearer = SecretString::from(format!("Bearer {}", bare(token.expose_secret())));
        // A 403 without a problem report is the block of our address (`api/kommo.md §18.1`).
        let settings = Settings { plain_403_blocks: true, ..Settings::default() };
        let credentials = vec![Credential::new("authorization", bearer)];
        let client = ApiClient::new(transport, address.api().clone(), credentials, limiter, settings)?;
        Ok(Self { client, address, odd: Arc::default() })
    }

    /// Where the account is, and where its pages are.
    pub fn address(&self) -> &KommoAddress {
        &self.address
    }

    /// How many rows of the lists that were read could not be read when they were last seen.
    pub fn odd_rows(&self) -> usize {
        self.odd.count()
    }

    /// Begins to count odd rows anew: everything is about to be read.
    pub fn forget_odd_rows(&self) {
        self.odd.forget();
    }

    /// All rows of a list that is shown; rows that cannot be read are left out and counted.
    pub(crate) async fn read_shown<C: Collection>(
        &self,
        path: &'static str,
        query: Query,
        call: http::Call,
    ) -> Result<Vec<C::Row>, Error> {
        let rows = read_all::<Tolerant<C>>(&self.client, path, query, call).await?;
        self.odd.sort_out::<C>(rows)
    }

    /// The pace of this address.
    pub fn limiter(&self) -> &Arc<Limiter> {
        self.client.limiter()
    }

    pub(crate) async fn call<E: Endpoint>(
        &self,
        endpoint: &E,
        call: http::Call,
    ) -> Result<Reply<E::Answer>, Error> {
        self.client.call(endpoint, call).await
    }
}

impl fmt::Debug for Kommo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kommo({})", self.address)
    }
}
