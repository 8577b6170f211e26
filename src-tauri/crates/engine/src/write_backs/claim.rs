//! The deal's field `oneflow_contract_id`: which contract it may name, and who may write it.
//!
//! It is written before the publish and read back: that guards two Oneflow accounts on one Kommo account, and is what
//! people see. What this app did not put there is never overwritten, unless a person says so.

use std::time::Duration;

use domain::{
    AccountId, Contract, ContractId, Deal, DealId, FieldId,
    deal::{FieldValue, values_of},
};
use http::Call;
use kommo::{DealPatch, FieldOwner, FieldWrite};

use crate::{EngineError, Event, Profile, deals};

/// What the field of a deal says about a contract that is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldClaim {
    /// It names this contract.
    Ours,
    /// The account has no such field, or does not show it.
    NoField,
    /// It holds something that is no contract of this deal; it was left as it is.
    Foreign,
    /// It names another contract, which may be one of this deal: a person must look.
    Other {
        /// What it says.
        text: String,
    },
}

/// Makes the field of `deal` name `contract`, if it is empty or names a contract that makes room.
pub(crate) async fn claim_field(
    profile: &Profile,
    deal: DealId,
    contract: ContractId,
    replaces: Option<ContractId>,
) -> Result<FieldClaim, EngineError> {
    claim(profile, Claim { deal, contract, replaces, over: None, call: Call::person() }).await
}

/// [`claim_field`] after a person gave free what they saw in the field.
pub(crate) async fn take_field(
    profile: &Profile,
    deal: DealId,
    contract: ContractId,
    replaces: Option<ContractId>,
    seen: String,
) -> Result<FieldClaim, EngineError> {
    claim(profile, Claim { deal, contract, replaces, over: Some(seen), call: Call::person() }).await
}

async fn claim(profile: &Profile, claim: Claim) -> Result<FieldClaim, EngineError> {
    Ok(match claim.make(profile).await? {
        Outcome::Ours => FieldClaim::Ours,
        Outcome::NoField => FieldClaim::NoField,
        Outcome::Foreign { .. } => FieldClaim::Foreign,
        Outcome::Other { text } => FieldClaim::Other { text },
    })
}

/// Empties the field of `deal` if it names `contract`: for whoever deleted a draft that never went out.
pub(crate) async fn release_field(
    profile: &Profile,
    deal: DealId,
    contract: ContractId,
) -> Result<(), EngineError> {
    let Some(field) = deals::contract_field(profile).await? else { return Ok(()) };
    let shown = profile.heard_kommo(profile.kommo().deal(deal, Call::background()).await)?;
    if shown.is_some_and(|deal| text_of(&deal, field) == contract.to_string()) {
        write(profile, deal, field, None, Call::background()).await?;
    }
    Ok(())
}

/// Who wants to write what.
pub(super) struct Claim {
    pub(super) deal: DealId,
    pub(super) contract: ContractId,
    pub(super) replaces: Option<ContractId>,
    /// What a person saw in the field and gave free.
    pub(super) over: Option<String>,
    pub(super) call: Call,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Ours,
    NoField,
    /// No contract of this deal.
    Foreign {
        text: String,
    },
    /// Another contract that may be one of this deal.
    Other {
        text: String,
    },
}

/// What the text of a field means for a claim, before anything else is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Ours,
    Free,
    /// The id of some contract.
    Contract(ContractId),
    /// No id at all.
    Words,
}

/// How often the field is read after it was written, until it shows something new.
const READ_BACK: u32 = 3;

/// Between two of these.
const READ_BACK_AFTER: Duration = Duration::from_secs(1);

impl Claim {
    pub(super) async fn make(&self, profile: &Profile) -> Result<Outcome, EngineError> {
        let Some(field) = contract_field(profile, self.call).await? else { return Ok(Outcome::NoField) };
        let before = self.read(profile, field).await?;
        match self.standing(&before) {
            Standing::Ours => return Ok(Outcome::Ours),
            Standing::Words => return Ok(Outcome::Foreign { text: before }),
            Standing::Free => {}
            Standing::Contract(other) => {
                let answer = profile.oneflow_unfiltered().contract(other, self.call).await;
                match self.holder(profile.account(), profile.heard_oneflow(answer)?.as_ref()) {
                    Holder::Foreign => return Ok(Outcome::Foreign { text: before }),
                    Holder::MayBeOut => return Ok(Outcome::Other { text: before }),
                    Holder::Draft => {}
                }
            }
        }
        write(profile, self.deal, field, Some(self.contract), self.call).await?;
        self.read_back(profile, field, &before).await
    }

    /// Kommo's answer to a change never shows the new values (`api/kommo.md §10.4`), so the deal is read again.
    async fn read_back(
        &self,
        profile: &Profile,
        field: FieldId,
        before: &str,
    ) -> Result<Outcome, EngineError> {
        for _ in 0..READ_BACK {
            let text = self.read(profile, field).await?;
            if self.standing(&text) == Standing::Ours {
                return Ok(Outcome::Ours);
            }
            if text != *before {
                // Somebody wrote at the same moment.
                return Ok(Outcome::Other { text });
            }
            profile.clock.sleep(READ_BACK_AFTER).await;
        }
        tracing::warn!(deal.id = %self.deal, field.id = %field, "the contract field does not show what was written");
        Ok(Outcome::NoField)
    }

    async fn read(&self, profile: &Profile, field: FieldId) -> Result<String, EngineError> {
        let deal = profile.heard_kommo(profile.kommo().deal(self.deal, self.call).await)?;
        Ok(text_of(&deal.ok_or(EngineError::DealGone)?, field))
    }

    fn standing(&self, text: &str) -> Standing {
        if text == self.contract.to_string() {
            return Standing::Ours;
        }
        let is_replaced = self.replaces.is_some_and(|replaced| text == replaced.to_string());
        if text.is_empty() || is_replaced || self.over.as_deref() == Some(text) {
            return Standing::Free;
        }
        text.parse().map_or(Standing::Words, Standing::Contract)
    }

    /// What is known of the contract that the field names.
    fn holder(&self, account: AccountId, shown: Option<&Contract>) -> Holder {
        // Deleted, hidden, or of another Oneflow account on the same Kommo account: only a person can tell.
        let Some(shown) = shown else { return Holder::MayBeOut };
        let is_whole = shown.data_fields.is_some() && shown.parties.is_some();
        match shown.marker() {
            Some(marker) if marker.account == account && marker.deal == self.deal => {
                // A draft of this deal did not win the election; the look before this claim has seen it.
                if shown.state.is_out() { Holder::MayBeOut } else { Holder::Draft }
            }
            // A copied deal carries the original's field.
            Some(_) => Holder::Foreign,
            None if is_whole => Holder::Foreign,
            None => Holder::MayBeOut,
        }
    }
}

/// What the contract is that a field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// Of this deal, and not sent.
    Draft,
    /// Not of this deal.
    Foreign,
    /// Of this deal, or not to be seen here.
    MayBeOut,
}

/// The field, asked for anew where the cache does not know it: somebody may have just made it.
async fn contract_field(profile: &Profile, call: Call) -> Result<Option<FieldId>, EngineError> {
    if let Some(field) = deals::contract_field(profile).await? {
        return Ok(Some(field));
    }
    let fields = profile.heard_kommo(profile.kommo().custom_fields(FieldOwner::Deals, call).await)?;
    Ok(deals::contract_field_of(&fields))
}

async fn write(
    profile: &Profile,
    deal: DealId,
    field: FieldId,
    contract: Option<ContractId>,
    call: Call,
) -> Result<(), EngineError> {
    let text = contract.map(|contract| contract.to_string());
    let patch = DealPatch { stage: None, fields: vec![FieldWrite { field, text: text.clone() }] };
    profile.heard_kommo(profile.kommo().patch_deal(deal, &patch, call).await)?;
    let text = text.unwrap_or_default();
    let cached =
        profile.cache.write(move |writing| store::deals::set_contract_field(writing, deal, &text)).await;
    if let Err(error) = cached {
        // The next sync brings it.
        tracing::warn!(deal.id = %deal, %error, "the cache does not show the contract field that was written");
    }
    profile.tell(Event::DealsChanged(vec![deal]));
    Ok(())
}

/// The text of a field; empty where it holds none. A numeric field shows a number.
pub(super) fn text_of(deal: &Deal, field: FieldId) -> String {
    let texts = values_of(&deal.fields, field).iter().filter_map(|value| match value {
        FieldValue::Text(text) => Some(text.trim().to_owned()),
        FieldValue::Number(number) => Some(number.normalize().to_string()),
        FieldValue::Flag(_) | FieldValue::Instant(_) => None,
    });
    let mut texts = texts.filter(|text| !text.is_empty());
    texts.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::{ContractState, contract::ContractField, marker::SEND_FIELD};

    use super::*;

    fn claim(replaces: Option<i64>, over: Option<&str>) -> Claim {
        Claim {
            deal: DealId(5),
            contract: ContractId(300),
            replaces: replaces.map(ContractId),
            over: over.map(str::to_owned),
            call: Call::background(),
        }
    }

    #[test]
    fn a_field_is_written_only_if_it_is_empty_or_makes_room() {
        let check = |text: &str, replaces, over, wanted| {
            assert_eq!(claim(replaces, over).standing(text), wanted, "{text:?}");
        };
        check("", None, None, Standing::Free);
        check("300", None, None, Standing::Ours);
        check("200", Some(200), None, Standing::Free);
        check("200", None, None, Standing::Contract(ContractId(200)));
        check("199", Some(200), None, Standing::Contract(ContractId(199)));
        check("on paper", Some(200), None, Standing::Words);
        check("on paper", None, Some("on paper"), Standing::Free);
        check("on other paper", None, Some("on paper"), Standing::Words);
    }

    #[test]
    fn a_contract_that_the_field_names_makes_room_only_as_a_draft_of_this_deal() {
        let hash = "0123456789ab";
        let marked = |account: i64, deal: i64, state| {
            let marker = format!("{account}-{deal}-0-{}-1-{}-{hash}", "0".repeat(32), "0".repeat(12));
            shown(state, Some(&marker), true)
        };
        let check = |why: &str, shown: Option<Contract>, wanted| {
            assert_eq!(claim(None, None).holder(AccountId(1), shown.as_ref()), wanted, "{why}");
        };
        check("not visible", None, Holder::MayBeOut);
        check("a draft of this deal", Some(marked(1, 5, ContractState::Draft)), Holder::Draft);
        check("out, of this deal", Some(marked(1, 5, ContractState::Pending)), Holder::MayBeOut);
        check(
            "of the deal this one was copied from",
            Some(marked(1, 6, ContractState::Signed)),
            Holder::Foreign,
        );
        check("of another Kommo account", Some(marked(2, 5, ContractState::Pending)), Holder::Foreign);
        check("made by hand", Some(shown(ContractState::Pending, None, true)), Holder::Foreign);
        check(
            "made by nobody knows whom",
            Some(shown(ContractState::Pending, None, false)),
            Holder::MayBeOut,
        );
    }

    fn shown(state: ContractState, marker: Option<&str>, is_whole: bool) -> Contract {
        let field = |text: &str| ContractField {
            custom_id: Some(SEND_FIELD.to_owned()),
            name: String::new(),
            value: text.to_owned(),
        };
        Contract {
            id: ContractId(200),
            state,
            name: None,
            workspace: None,
            template: None,
            created_time: None,
            updated_time: None,
            state_updated_time: None,
            published_time: None,
            expiry_time: None,
            parties: is_whole.then(Vec::new),
            data_fields: is_whole.then(|| marker.map(field).into_iter().collect()),
        }
    }
}
