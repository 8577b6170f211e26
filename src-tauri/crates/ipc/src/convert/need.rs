//! What waits for a person.

use std::collections::BTreeMap;

use domain::{ContractId, Send, SendId};
use engine::needs::NeedsYou;

use crate::{
    convert::{send::why, time, write_back_dto},
    dto::{NeedCode, NeedDto, Said, SendDto},
};

/// Everything that waits, the longest first. `sends` are the sends as the web view reads them.
pub(crate) fn need_dtos(needs: &NeedsYou, sends: &BTreeMap<SendId, SendDto>) -> Vec<NeedDto> {
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
        since: time(known.vanished_at.unwrap_or(known.first_seen)),
    });
    let mut all: Vec<NeedDto> = of_sends.chain(of_work).chain(of_contracts).collect();
    all.sort_by(|one, other| one.since.cmp(&other.since));
    all
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
