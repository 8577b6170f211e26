//! One secret as a header and parts, so that any length fits and no crash can mix two secrets.
//!
//! The Credential Manager of Windows holds 1,280 UTF-16 units an entry and a Kommo token has more characters than
//! that, so a secret is cut into parts of at most [`PART_UNITS`]. The same is done on every system: one way, tested
//! everywhere.
//!
//! **Writing.** The parts go under a generation that the header does not name, then are read back, then the header is
//! switched to them in one call, then the other generations are removed. Whatever stops it, the header names a whole
//! secret.
//!
//! **Orphans.** Keychains cannot be searched alike, so what an interrupted write left behind must be found by name.
//! Therefore generations are a ring of [`GENERATIONS`], and a generation's parts have no gap: they are written from the
//! first to the last and removed from the last to the first. Asking for part 0 of each generation tells the rest.
//!
//! **Removing.** The header is first switched to "removed" (no parts), so that a half-removed secret is never taken
//! for a damaged one, nor a damaged one for none.

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    entries::{Entries, Trouble},
    error::{Damage, VaultError},
    name::part_user,
};

/// Windows holds 1,280 (`CRED_MAX_CREDENTIAL_BLOB_SIZE` is 2,560 bytes); the rest is a margin.
pub(crate) const PART_UNITS: usize = 1_200;
/// Two would do for the switch; the others keep what a late, given-up call writes apart from what is in use.
pub(crate) const GENERATIONS: u32 = 4;
/// No token comes near 38,400 units; a header that claims more is damaged.
pub(crate) const MOST_PARTS: u32 = 32;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    generation: u32,
    /// Number of parts; 0 means that the secret is being removed.
    count: u32,
    /// Of the whole secret, in bytes of UTF-8.
    length: usize,
    /// Of the whole secret, in hexadecimal.
    sha256: String,
}

impl Header {
    fn of(generation: u32, secret: &str, count: u32) -> Self {
        Self { generation, count, length: secret.len(), sha256: checksum(secret) }
    }

    fn parse(text: &str) -> Result<Self, Damage> {
        let header: Self = serde_json::from_str(text).map_err(|_| Damage::Header)?;
        let is_sane = header.generation < GENERATIONS && header.count <= MOST_PARTS;
        if is_sane { Ok(header) } else { Err(Damage::Header) }
    }

    fn text(&self) -> String {
        serde_json::to_string(self).expect("BUG: numbers and a text always make JSON")
    }

    fn is_removal(&self) -> bool {
        self.count == 0
    }
}

/// What the header entry says.
enum Place {
    Empty,
    Whole(Header),
    Removed,
    Unreadable,
}

impl Place {
    fn look(entries: &Entries, user: &str) -> Result<Self, Trouble> {
        match entries.read(user) {
            Ok(None) => Ok(Self::Empty),
            Ok(Some(text)) => Ok(match Header::parse(text.expose_secret()) {
                Ok(header) if header.is_removal() => Self::Removed,
                Ok(header) => Self::Whole(header),
                Err(_) => Self::Unreadable,
            }),
            Err(Trouble::Unreadable) => Ok(Self::Unreadable),
            Err(trouble) => Err(trouble),
        }
    }

    /// Of a secret that is in force.
    fn header(&self) -> Option<&Header> {
        match self {
            Self::Whole(header) => Some(header),
            Self::Empty | Self::Removed | Self::Unreadable => None,
        }
    }
}

/// The secret under a header's name; `None` only when the keychain has no header, or one that says "removed".
pub(crate) fn read(entries: &Entries, user: &str) -> Result<Option<SecretString>, Trouble> {
    match Place::look(entries, user)? {
        Place::Empty | Place::Removed => Ok(None),
        Place::Unreadable => Err(damaged(Damage::Header)),
        Place::Whole(header) => joined(entries, user, &header).map(Some),
    }
}

/// How many parts a secret takes; an error if that is none or too many.
pub(crate) fn fitness(secret: &SecretString) -> Result<u32, VaultError> {
    let count = u32::try_from(cut(secret.expose_secret()).len()).unwrap_or(u32::MAX);
    if (1..=MOST_PARTS).contains(&count) { Ok(count) } else { Err(VaultError::Unfit) }
}

/// Stores a secret in place of whatever was there, damaged or not.
pub(crate) fn write(entries: &Entries, user: &str, secret: &SecretString) -> Result<(), Trouble> {
    let count = fitness(secret).map_err(Trouble::Keychain)?;
    let secret = secret.expose_secret();
    let before = Place::look(entries, user)?;
    let generation = before.header().map_or(0, |used| (used.generation + 1) % GENERATIONS);
    // What an interrupted write left there could make this one look longer than it is.
    remove_generation(entries, user, generation, 0)?;
    for (index, part) in (0..count).zip(cut(secret)) {
        entries.write(&part_user(user, generation, index), part)?;
    }
    let header = Header::of(generation, secret, count);
    joined(entries, user, &header)?;
    entries.write(user, &header.text())?;
    // The new secret is in force; what stays behind is found again at the next start.
    if let Err(trouble) = remove_others(entries, user, Some(generation), before.header()) {
        tracing::warn!(?trouble, "old parts of a secret stay in the keychain until the next start");
    }
    Ok(())
}

/// Removes a secret with all its parts. Removing what is not there is fine.
pub(crate) fn remove(entries: &Entries, user: &str) -> Result<(), Trouble> {
    let before = Place::look(entries, user)?;
    if !matches!(before, Place::Empty) {
        entries.write(user, &Header::of(0, "", 0).text())?;
    }
    remove_others(entries, user, None, before.header())?;
    entries.remove(user)
}

/// Removes what interrupted writes and removals left behind. A damaged secret is left as it is.
pub(crate) fn tidy(entries: &Entries, user: &str) -> Result<(), Trouble> {
    match Place::look(entries, user)? {
        Place::Empty => remove_others(entries, user, None, None),
        Place::Removed => remove(entries, user),
        Place::Whole(header) => remove_others(entries, user, Some(header.generation), None),
        Place::Unreadable => Ok(()),
    }
}

fn joined(entries: &Entries, user: &str, header: &Header) -> Result<SecretString, Trouble> {
    let mut whole = Zeroizing::new(String::with_capacity(header.length));
    for index in 0..header.count {
        match entries.read(&part_user(user, header.generation, index)) {
            Ok(Some(part)) => whole.push_str(part.expose_secret()),
            Ok(None) => return Err(damaged(Damage::PartMissing)),
            Err(Trouble::Unreadable) => return Err(damaged(Damage::PartUnreadable)),
            Err(trouble) => return Err(trouble),
        }
    }
    if whole.len() != header.length || checksum(&whole) != header.sha256 {
        return Err(damaged(Damage::Checksum));
    }
    Ok(SecretString::from(whole.as_str()))
}

/// Removes all generations but `keep`. `before` is the header that was in force, where there was one.
fn remove_others(
    entries: &Entries,
    user: &str,
    keep: Option<u32>,
    before: Option<&Header>,
) -> Result<(), Trouble> {
    (0..GENERATIONS).filter(|generation| Some(*generation) != keep).try_for_each(|generation| {
        let known = before.filter(|header| header.generation == generation).map_or(0, |header| header.count);
        remove_generation(entries, user, generation, known)
    })
}

/// From the last part to the first, so that an interruption leaves no gap. `known` parts are removed even if there is
/// one, made by others.
fn remove_generation(entries: &Entries, user: &str, generation: u32, known: u32) -> Result<(), Trouble> {
    let mut count = known;
    while count < MOST_PARTS && entries.exists(&part_user(user, generation, count))? {
        count += 1;
    }
    (0..count).rev().try_for_each(|index| entries.remove(&part_user(user, generation, index)))
}

/// Cuts between characters, never inside one.
fn cut(secret: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut units) = (0, 0);
    for (at, character) in secret.char_indices() {
        if units + character.len_utf16() > PART_UNITS {
            parts.push(&secret[start..at]);
            (start, units) = (at, 0);
        }
        units += character.len_utf16();
    }
    if start < secret.len() {
        parts.push(&secret[start..]);
    }
    parts
}

fn checksum(secret: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(secret).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("BUG: writing to a String cannot fail");
        hex
    })
}

fn damaged(damage: Damage) -> Trouble {
    Trouble::Keychain(VaultError::Damaged(damage))
}

#[cfg(test)]
mod tests;
