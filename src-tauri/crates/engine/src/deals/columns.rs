//! What turns a Kommo lead into a deal of the list: its stage, and the field that names its contract.

use domain::{Deal, FieldId, deal::CustomField};
use store::{CacheReading, DealColumns, ReadyStages, StoreError, facts};

use crate::{EngineError, Profile};

/// Name and code of the deal field that names the newest contract (design.md §3).
pub(crate) const CONTRACT_FIELD: &str = "oneflow_contract_id";

/// Whether a deal stands where it can be sent: Won, in every pipeline.
pub(crate) fn is_ready(deal: &Deal) -> bool {
    !deal.is_deleted && ReadyStages::default().holds(deal.pipeline, deal.stage)
}

/// The field that names the newest contract, by its code, else by its name: an administrator who made it by hand
/// could give it no code.
pub(crate) fn contract_field_of(fields: &[CustomField]) -> Option<FieldId> {
    let is_ours = |text: &str| text.trim().eq_ignore_ascii_case(CONTRACT_FIELD);
    let by_code = fields.iter().find(|field| field.code.as_deref().is_some_and(is_ours));
    by_code.or_else(|| fields.iter().find(|field| is_ours(&field.name))).map(|field| field.id)
}

/// The deal field that names the newest contract, as last seen; `None` if the account has none.
pub async fn contract_field(profile: &Profile) -> Result<Option<FieldId>, EngineError> {
    let fields = profile.cache.read(|reading| facts::get(reading, &facts::DEAL_FIELDS)).await?;
    Ok(contract_field_of(&fields.unwrap_or_default()))
}

/// The columns of the list, as the account is known now; `None` before it was ever read.
pub(super) fn columns(reading: &CacheReading<'_>) -> Result<Option<DealColumns>, StoreError> {
    let Some(account) = facts::get(reading, &facts::KOMMO_ACCOUNT)? else { return Ok(None) };
    let fields = facts::get(reading, &facts::DEAL_FIELDS)?.unwrap_or_default();
    let contract_field = contract_field_of(&fields);
    Ok(Some(DealColumns { currency: account.currency, contract_field, ready: ReadyStages::default() }))
}

#[cfg(test)]
mod tests {
    use domain::deal::FieldKind;

    use super::*;

    #[test]
    fn the_contract_field_is_known_by_its_code_before_its_name() {
        let field = |id: i64, name: &str, code: Option<&str>| CustomField {
            id: FieldId(id),
            name: name.to_owned(),
            code: code.map(str::to_owned),
            kind: FieldKind::Text,
            options: Vec::new(),
            currency: None,
        };
        let ours = CONTRACT_FIELD;
        for (fields, expected) in [
            (vec![field(1, "Plan", None)], None),
            (vec![field(1, ours, None)], Some(1)),
            (vec![field(1, ours, None), field(2, "Contract", Some("ONEFLOW_CONTRACT_ID"))], Some(2)),
            (vec![field(1, "Oneflow_contract_ID ", Some("OTHER"))], Some(1)),
        ] {
            assert_eq!(contract_field_of(&fields), expected.map(FieldId), "{fields:?}");
        }
    }
}
