//! Some of what nobody knows of the two services (`api/kommo.md §21.2`, `api/oneflow.md §10`), another way round with
//! every seed. Each alone, with two seats, stands in `tests/flows/switches.rs`.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sandbox::{
    Switches,
    switches::{
        AttachAnswer, AttachmentNote, ContractIds, DeleteGone, DeletedLead, DraftTimes, KommoSwitches,
        OneflowSwitches, RateLimit, SecondPublish, Shown, SinglePatchAnswer,
    },
};

/// The readings of a seed. They are drawn apart from its plan, which stays the same when there is one more of them.
pub(crate) fn of(seed: u64) -> Switches {
    let mut draw = Draw(StdRng::seed_from_u64(!seed));
    let oneflow = OneflowSwitches {
        contract_ids: draw.either(ContractIds::Rising, ContractIds::Scattered),
        list_data_fields: draw.either(Shown::LeftOut, Shown::Shown),
        draft_times: draw.either(DraftTimes::Set, DraftTimes::Null),
        second_publish: draw.either(SecondPublish::Conflict, SecondPublish::Answered),
        delete_gone: draw.either(DeleteGone::Answered, DeleteGone::NotFound),
        shown_late_ms: draw.either((0, 0), (1_000, 20_000)),
        pdf_ready_after_ms: draw.either(0, 30_000),
        ..OneflowSwitches::default()
    };
    let kommo = KommoSwitches {
        // Whether seats behind one address keep within Kommo's rate is a question of its own.
        rate_limit: RateLimit::Off,
        single_patch_answer: draw.either(SinglePatchAnswer::Root, SinglePatchAnswer::Wrapper),
        attach_answer: draw.either(AttachAnswer::Accepted, AttachAnswer::Ok),
        attachment_note: draw.either(AttachmentNote::Drive, AttachmentNote::Legacy),
        deleted_lead: draw.either(DeletedLead::Gone, DeletedLead::Marked),
        ..KommoSwitches::default()
    };
    Switches { oneflow, kommo }
}

struct Draw(StdRng);

impl Draw {
    fn either<T>(&mut self, one: T, other: T) -> T {
        if self.0.random_bool(0.5) { one } else { other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_draws_the_same_and_both_readings_come() {
        let drawn: Vec<OneflowSwitches> = (0..40).map(|seed| of(seed).oneflow).collect();
        assert!(drawn.iter().any(|oneflow| oneflow.contract_ids == ContractIds::Scattered));
        assert!(drawn.iter().any(|oneflow| oneflow.contract_ids == ContractIds::Rising));
        assert!(drawn.iter().any(|oneflow| oneflow.shown_late_ms == (0, 0)));
        assert!(drawn.iter().any(|oneflow| oneflow.shown_late_ms != (0, 0)));
        assert_eq!(of(7), of(7));
    }
}
