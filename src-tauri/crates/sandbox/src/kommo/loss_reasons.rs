//! Loss reasons (api/kommo.md §6.5).

use serde_json::{Value, json};

use super::paging::{Counts, list, self_link};
use super::state::Kommo;
use crate::server::{Call, Reply};
use crate::shared::World;

/// `GET /api/v4/leads/loss_reasons`
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let kommo = &world.kommo;
    let rows: Vec<Value> = kommo.loss_reasons.iter().map(|(id, name)| view(call, kommo, *id, name)).collect();
    let total = rows.len();
    list(call, "loss_reasons", &rows, false, Counts::Totals(total))
}

pub(super) fn view(call: &Call, kommo: &Kommo, id: i64, name: &str) -> Value {
    json!({
        "id": id,
        "name": name,
        "sort": id,
        "created_at": kommo.account.created_at,
        "updated_at": kommo.account.created_at,
        "_links": self_link(&format!("{}/api/v4/leads/loss_reasons/{id}", call.base)),
    })
}
