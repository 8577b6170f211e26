//! Who may publish when several computers made a draft for the same deal.
//!
//! Held among the contracts of one deal and one generation, before every publish. Of two contracts one is shown
//! first; the other's seat must see it, must wait, and then either finds it published or agrees on the lowest id.
//! The order of ids against time does not matter. Assumed: what one look shows, every later look of every seat
//! shows; a request takes effect within 60 s or never.

use crate::{
    contract::ContractState,
    id::{ContractId, SendId},
    marker::Marker,
    payload::PayloadHash,
};

/// One contract of the deal and generation, as a look showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Oneflow's id.
    pub contract: ContractId,
    /// Draft or out.
    pub state: ContractState,
    /// Who made it.
    pub marker: Marker,
}

/// What a look means for our own contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The look does not show our own contract: look again.
    NotVisible,
    /// Our own contract is out.
    Out(ContractId),
    /// Another contract is out and stands, whatever its id.
    Superseded(ContractId),
    /// Nobody else is there, or the wait is over and ours has the lowest id: publish this one.
    Publish(ContractId),
    /// Others are there: wait for [`ELECTION_WAIT`](crate::schedule::ELECTION_WAIT) and look again.
    Wait,
    /// The wait is over and another draft has the lowest id: its seat publishes.
    Lost(ContractId),
}

/// Whose contract stands, seen from `send`; `has_waited` tells that this time passed since others were first seen.
pub fn elect(send: SendId, hash: &PayloadHash, seen: &[Candidate], has_waited: bool) -> Verdict {
    let is_ours = |one: &&Candidate| one.marker.send == send && one.marker.hash == *hash;
    let lowest = |list: &mut dyn Iterator<Item = &Candidate>| list.map(|one| one.contract).min();

    let our_out = lowest(&mut seen.iter().filter(is_ours).filter(|one| one.state.is_out()));
    let their_out = lowest(&mut seen.iter().filter(|one| !is_ours(one) && one.state.is_out()));
    match (our_out, their_out) {
        // If theirs is out, too, the look after the publish says so.
        (Some(ours), _) => return Verdict::Out(ours),
        (None, Some(theirs)) => return Verdict::Superseded(theirs),
        (None, None) => {}
    }
    // Drafts of one send with the same hash are one candidate; its lowest id stands for it.
    let Some(ours) = lowest(&mut seen.iter().filter(is_ours)) else { return Verdict::NotVisible };
    match lowest(&mut seen.iter().filter(|one| !is_ours(one))) {
        Some(_) if !has_waited => Verdict::Wait,
        Some(theirs) if theirs < ours => Verdict::Lost(theirs),
        Some(_) | None => Verdict::Publish(ours),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        id::{AccountId, DealId, SeatId},
        send::Generation,
    };

    fn candidate(contract: i64, send: u128, state: ContractState) -> Candidate {
        let marker = Marker {
            account: AccountId(1),
            deal: DealId(2),
            generation: Generation::FIRST,
            send: SendId(Uuid::from_u128(send)),
            attempt: 1,
            seat: SeatId::from_random(7),
            hash: PayloadHash::of(b"same"),
        };
        Candidate { contract: ContractId(contract), state, marker }
    }

    #[test]
    fn every_look_has_one_verdict() {
        use ContractState::{Declined, Draft, Pending};
        let check = |why: &str, seen: &[(i64, u128, ContractState)], has_waited: bool, wanted: Verdict| {
            let seen: Vec<_> = seen.iter().map(|&(id, send, state)| candidate(id, send, state)).collect();
            let verdict = elect(SendId(Uuid::from_u128(1)), &PayloadHash::of(b"same"), &seen, has_waited);
            assert_eq!(verdict, wanted, "{why}");
        };
        check("an empty look is never 'nobody is there'", &[], true, Verdict::NotVisible);
        check("only theirs is shown", &[(5, 2, Draft)], true, Verdict::NotVisible);
        check("alone", &[(5, 1, Draft)], false, Verdict::Publish(ContractId(5)));
        check("a lower draft makes us wait", &[(5, 1, Draft), (4, 2, Draft)], false, Verdict::Wait);
        check("a higher draft makes us wait, too", &[(5, 1, Draft), (6, 2, Draft)], false, Verdict::Wait);
        check(
            "after the wait the lowest id wins",
            &[(5, 1, Draft), (6, 2, Draft)],
            true,
            Verdict::Publish(ContractId(5)),
        );
        check(
            "after the wait a lower one wins",
            &[(5, 1, Draft), (4, 2, Draft)],
            true,
            Verdict::Lost(ContractId(4)),
        );
        check(
            "what is out stands, whatever its id",
            &[(5, 1, Draft), (9, 2, Pending)],
            false,
            Verdict::Superseded(ContractId(9)),
        );
        check(
            "declined is out, too",
            &[(5, 1, Draft), (4, 2, Declined)],
            true,
            Verdict::Superseded(ContractId(4)),
        );
        check("ours is out", &[(5, 1, Pending)], false, Verdict::Out(ContractId(5)));
        check(
            "ours is out beside a draft",
            &[(5, 1, Pending), (4, 2, Draft)],
            false,
            Verdict::Out(ContractId(5)),
        );
        check("two are out", &[(5, 1, Pending), (4, 2, Pending)], false, Verdict::Out(ContractId(5)));
        check(
            "spare drafts of one click are one candidate",
            &[(7, 1, Draft), (5, 1, Draft)],
            false,
            Verdict::Publish(ContractId(5)),
        );
        check(
            "superseded though ours is not shown",
            &[(4, 2, Pending)],
            false,
            Verdict::Superseded(ContractId(4)),
        );
    }
}
