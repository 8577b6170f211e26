//! What waits for a person.

use std::collections::BTreeMap;

use domain::{ContractId, Send, SendId};
use engine::{
    needs::NeedsYou,
    sending::{self, Theirs, contract_choices},
};

use crate::{
    convert::{
        send::{label, why},
        time, write_back_dto,
    },
    dto::{BothSides, ContractChoice, NeedCode, NeedDto, Said, SendDto, TheirsDto},
};

/// Everything that waits, the longest first. `sends` are the sends as the web view reads them.
///
/// `labels` names the data fields of the mapping in use.
pub(crate) fn need_dtos(
    needs: &NeedsYou,
    sends: &BTreeMap<SendId, SendDto>,
    labels: &BTreeMap<String, String>,
) -> Vec<NeedDto> {
    let of_sends = needs.sends.iter().filter_map(|send| send_need(send, sends.get(&send.id)?));
    let of_work = needs.parked.iter().map(|(stored, title)| NeedDto {
        id: format!("w{}", stored.id.0),
        why: Said::plain(NeedCode::WriteBackParked),
        deal: stored.write_back.deal.to_string(),
        deal_name: title.as_ref().map(|title| title.deal.clone()).unwrap_or_default(),
        company: title.as_ref().map(|title| title.company.clone()).unwrap_or_default(),
        contract: Some(stored.write_back.change.contract.to_string()),
        send: None,
        write_back: Some(write_back_dto(stored)),
        draft: None,
        choices: Vec::new(),
        since: time(stored.write_back.created_at),
    });
    let of_contracts = needs.vanished.iter().map(|known| NeedDto {
        id: format!("c{}", known.id),
        why: Said::plain(NeedCode::ContractVanished),
        deal: known.deal.to_string(),
        deal_name: known.title.deal.clone(),
        company: known.title.company.clone(),
        contract: Some(known.id.to_string()),
        send: None,
        write_back: None,
        draft: None,
        choices: vec![ContractChoice::LookAgain, ContractChoice::Removed],
        since: time(known.vanished_at.unwrap_or(known.first_seen)),
    });
    let of_drafts = needs.drafts.iter().map(|theirs| draft_need(theirs, labels));
    let mut all: Vec<NeedDto> = of_sends.chain(of_work).chain(of_contracts).chain(of_drafts).collect();
    all.sort_by(|one, other| one.since.cmp(&other.since));
    all
}

fn draft_need(theirs: &Theirs, labels: &BTreeMap<String, String>) -> NeedDto {
    let (draft, shown) = (&theirs.draft, theirs_dto(theirs, labels));
    let choices = contract_choices(draft, theirs.is_own).into_iter().map(contract_choice_dto).collect();
    NeedDto {
        id: format!("d{}", draft.id()),
        why: Said::plain(NeedCode::DraftLeft).with("contract", draft.id()).with("person", &shown.person),
        deal: draft.marker.deal.to_string(),
        deal_name: draft.title.deal.clone(),
        company: draft.title.company.clone(),
        contract: Some(draft.id().to_string()),
        send: None,
        write_back: None,
        since: time(draft.shown.created_time.unwrap_or(draft.first_seen)),
        draft: Some(shown),
        choices,
    }
}

/// A draft that somebody else made, beside what would be sent from here.
pub(crate) fn theirs_dto(theirs: &Theirs, labels: &BTreeMap<String, String>) -> TheirsDto {
    let draft = &theirs.draft;
    let ours = draft.shown.parties.iter().flatten().filter(|party| party.is_ours);
    let people = ours.flat_map(|party| &party.participants);
    let person = people.max_by_key(|person| person.is_signatory).map(|person| person.name.clone());
    let side = |side: &domain::sides::BothSides| BothSides {
        slot: side.slot.to_string(),
        label: label(&side.slot, labels),
        mine: side.mine.clone(),
        theirs: side.theirs.clone(),
        differs: side.differs(),
    };
    TheirsDto {
        contract: draft.id().to_string(),
        person: person.unwrap_or_default(),
        is_own: theirs.is_own,
        created_at: draft.shown.created_time.map(time),
        seen_at: time(draft.seen_at),
        can_publish: draft.payload.is_some() && !theirs.is_own,
        values: theirs.values.iter().map(side).collect(),
    }
}

fn contract_choice_dto(choice: sending::ContractChoice) -> ContractChoice {
    match choice {
        sending::ContractChoice::LookAgain => ContractChoice::LookAgain,
        sending::ContractChoice::PublishTheirs => ContractChoice::PublishTheirs,
        sending::ContractChoice::DiscardTheirs => ContractChoice::DiscardTheirs,
        sending::ContractChoice::Removed => ContractChoice::Removed,
    }
}

/// A person's decision.
pub(crate) fn contract_choice(choice: ContractChoice) -> sending::ContractChoice {
    match choice {
        ContractChoice::LookAgain => sending::ContractChoice::LookAgain,
        ContractChoice::PublishTheirs => sending::ContractChoice::PublishTheirs,
        ContractChoice::DiscardTheirs => sending::ContractChoice::DiscardTheirs,
        ContractChoice::Removed => sending::ContractChoice::Removed,
    }
}

fn send_need(send: &Send, dto: &SendDto) -> Option<NeedDto> {
    Some(NeedDto {
        id: format!("s{}", send.id),
        why: why(&send.state)?,
        deal: dto.deal.clone(),
        deal_name: dto.deal_name.clone(),
        company: dto.company.clone(),
        contract: dto.contract.clone(),
        send: Some(dto.clone()),
        write_back: None,
        draft: None,
        choices: Vec::new(),
        since: dto.since.clone(),
    })
}

/// The word of the ledger as a code; unknown words say nothing rather than something wrong.
pub(super) fn need_word(word: &str, contract: Option<ContractId>) -> Option<Said<NeedCode>> {
    let word = match word {
        "stopped" => "differences",
        "vanished" => "contract_vanished",
        other => other.strip_prefix("rejected_").unwrap_or(other),
    };
    let code: NeedCode = serde_json::from_value(word.into()).ok()?;
    let said = Said::plain(code);
    Some(match contract {
        Some(contract) => said.with("contract", contract),
        None => said,
    })
}
