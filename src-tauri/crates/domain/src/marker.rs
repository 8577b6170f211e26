//! The marker by which a contract is known again.
//!
//! Oneflow has no idempotency key (`api/oneflow.md §5`), so each contract carries who made it, for which deal and
//! from which click, in places where an equality filter finds it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, DealId, SeatId, SendId},
    payload::PayloadHash,
    send::Generation,
};

/// Data field that holds `{account}`.
pub const ACCOUNT_FIELD: &str = "kommo_account";
/// Data field that holds `{account}-{deal}`.
pub const DEAL_FIELD: &str = "kommo_deal";
/// Data field that holds the whole marker.
pub const SEND_FIELD: &str = "kommo_send";
/// All three, in the order in which set-up offers to add them.
pub const FIELDS: [&str; 3] = [ACCOUNT_FIELD, DEAL_FIELD, SEND_FIELD];

/// Written as `{account}-{deal}-{generation}-{send}-{attempt}-{seat}-{hash}`: ASCII, at most 100 characters, no colon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Marker {
    /// Kommo's account.
    pub account: AccountId,
    /// The deal.
    pub deal: DealId,
    /// Which contract of the deal it replaces.
    pub generation: Generation,
    /// The click.
    pub send: SendId,
    /// Raised by each new create of the same click.
    pub attempt: u32,
    /// Who made it.
    pub seat: SeatId,
    /// Of everything that goes into the contract.
    pub hash: PayloadHash,
}

impl Marker {
    /// The value of [`ACCOUNT_FIELD`].
    pub fn account_text(account: AccountId) -> String {
        account.to_string()
    }

    /// The value of [`DEAL_FIELD`].
    pub fn deal_text(account: AccountId, deal: DealId) -> String {
        format!("{account}-{deal}")
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, deal, generation, send, attempt, seat, hash } = self;
        write!(f, "{account}-{deal}-{generation}-{}-{attempt}-{seat}-{hash}", send.digits())
    }
}

/// A text that is not a marker of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a marker")]
pub struct NotAMarker;

impl FromStr for Marker {
    type Err = NotAMarker;

    fn from_str(text: &str) -> Result<Self, NotAMarker> {
        let parts: Vec<&str> = text.split('-').collect();
        let [account, deal, generation, send, attempt, seat, hash] =
            parts.try_into().map_err(|_| NotAMarker)?;
        Ok(Self {
            account: account.parse().map_err(|_| NotAMarker)?,
            deal: deal.parse().map_err(|_| NotAMarker)?,
            generation: generation.parse().map_err(|_| NotAMarker)?,
            send: send.parse().map_err(|_| NotAMarker)?,
            attempt: attempt.parse().map_err(|_| NotAMarker)?,
            seat: seat.parse().map_err(|_| NotAMarker)?,
            hash: hash.parse().map_err(|_| NotAMarker)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn a_marker_reads_back_and_fits_into_one_hundred_characters(
            account in 1..10_000_000_000_i64, deal in 1..10_000_000_000_i64, newest in 0..10_000_000_000_i64,
            send: u128, attempt in 0..1000_u32, seat: u64, payload: Vec<u8>,
        ) {
            let marker = Marker {
                account: AccountId(account),
                deal: DealId(deal),
                generation: Generation(newest),
                send: SendId(Uuid::from_u128(send)),
                attempt,
                seat: SeatId::from_random(seat),
                hash: PayloadHash::of(&payload),
            };
            let text = marker.to_string();
            prop_assert!(text.is_ascii() && text.len() <= 100 && !text.contains(':'), "{text}");
            prop_assert_eq!(text.parse(), Ok(marker));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            let _ = text.parse::<Marker>();
        }
    }
}
