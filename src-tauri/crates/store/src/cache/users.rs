//! The people who work in Kommo.

use domain::{User, text::fold};
use rusqlite::params;

use super::{CacheReading, CacheWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Json},
};

/// Stores the whole list in place of the one before.
pub fn replace(writing: &CacheWriting<'_>, users: &[User]) -> Result<(), StoreError> {
    row::change(writing.connection(), "DELETE FROM users", [])?;
    for user in users {
        let sql = "INSERT INTO users (id, name, sort_name, body) VALUES (?1, ?2, ?3, ?4)";
        row::change(writing.connection(), sql, params![user.id.0, user.name, fold(&user.name), Json(user)])?;
    }
    // The list of deals is sorted by these names.
    let sql = "UPDATE deals SET sort_owner = COALESCE(named.sort_name, '')
               FROM deals AS listed LEFT JOIN users AS named ON named.id = listed.responsible
               WHERE listed.id = deals.id AND deals.sort_owner <> COALESCE(named.sort_name, '')";
    row::change(writing.connection(), sql, [])?;
    Ok(())
}

/// All users, by name.
pub fn all(reading: &CacheReading<'_>) -> Result<Vec<User>, StoreError> {
    let sql = "SELECT id, body FROM users ORDER BY sort_name, id";
    row::all(reading.connection(), "users", sql, [], |row| row.json("body"))
}
