//! The row of one contract that is shown alone, as the list would show it.

use domain::{ContractState, Send, SendState};
use store::{
    contract_page::{ContractRow, ContractStatus},
    contracts::KnownContract,
};

/// A row of the list for `known`, which `send` of this seat made.
pub fn row_of(known: &KnownContract, send: Option<&Send>) -> ContractRow {
    let (signed, signatories) =
        known.observation.as_ref().map(domain::observation::Observation::signed_of).unwrap_or_default();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let sent_at = known.published_time.unwrap_or(known.first_seen);
    let (status, why) = standing(known, send);
    ContractRow {
        contract: Some(known.id),
        send: known.send,
        deal: known.deal,
        generation: known.generation,
        title: known.title.clone(),
        status,
        why,
        signed: number(signed),
        signatories: number(signatories),
        sent_at: known.state.is_out().then_some(sent_at),
        expiry_time: known.expiry_time,
        moved_at: known.state_time.unwrap_or(sent_at),
    }
}

fn standing(known: &KnownContract, send: Option<&Send>) -> (ContractStatus, Option<String>) {
    if known.vanished_at.is_some() {
        return (ContractStatus::NeedsAttention, Some("vanished".to_owned()));
    }
    if let Some(SendState::NeedsYou { reason, .. }) = send.map(|send| &send.state) {
        let words = serde_json::to_value(reason).ok();
        let word = words.as_ref().and_then(|words| words.get("kind")).and_then(|word| word.as_str());
        return (ContractStatus::NeedsAttention, word.map(str::to_owned));
    }
    let status = match known.state {
        ContractState::Draft => ContractStatus::Sending,
        ContractState::Pending => ContractStatus::Awaiting,
        ContractState::Overdue => ContractStatus::Expired,
        ContractState::Signed => ContractStatus::Signed,
        ContractState::Declined => ContractStatus::Declined,
    };
    (status, None)
}

#[cfg(test)]
mod tests {
    use domain::{ContractId, DealId, Generation, Timestamp, send::SendTitle};

    use super::*;

    fn known(state: ContractState) -> KnownContract {
        let first_seen: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        KnownContract {
            id: ContractId(7),
            deal: DealId(5),
            generation: Generation::FIRST,
            send: None,
            marker: None,
            name: None,
            title: SendTitle {
                deal: "Uppdrag 042".to_owned(),
                company: String::new(),
                recipient: String::new(),
                email: String::new(),
                amount: None,
            },
            workspace: None,
            template: None,
            state,
            is_baseline: false,
            first_seen,
            observation: None,
            observed_at: None,
            updated_time: None,
            state_time: None,
            published_time: None,
            expiry_time: None,
            last_event: None,
            missing_since: None,
            vanished_at: None,
            removed_at: None,
        }
    }

    #[test]
    fn a_contract_shown_alone_stands_where_the_list_says() {
        for (state, wanted) in [
            (ContractState::Draft, ContractStatus::Sending),
            (ContractState::Pending, ContractStatus::Awaiting),
            (ContractState::Overdue, ContractStatus::Expired),
            (ContractState::Signed, ContractStatus::Signed),
            (ContractState::Declined, ContractStatus::Declined),
        ] {
            let row = row_of(&known(state), None);
            assert_eq!((row.status, row.why), (wanted, None), "{state:?}");
            assert_eq!(row.sent_at.is_some(), state.is_out(), "{state:?}");
        }
        let mut vanished = known(ContractState::Pending);
        vanished.vanished_at = Some(vanished.first_seen);
        let row = row_of(&vanished, None);
        assert_eq!((row.status, row.why.as_deref()), (ContractStatus::NeedsAttention, Some("vanished")));
    }
}
