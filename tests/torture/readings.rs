//! Some of what nobody knows of the two services (`api/kommo.md §21.2`, `api/oneflow.md §10`) and of who uses them,
//! another way round with every seed. Each alone, with two seats, stands in `tests/flows/switches.rs`.

use std::collections::BTreeSet;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sandbox::{
    Switches,
    switches::{
        AttachAnswer, AttachmentNote, ContractIds, DeleteGone, DeletedLead, DraftTimes, KommoSwitches,
        OneflowSwitches, RateLimit, SecondPublish, Shown, SinglePatchAnswer,
    },
};

use crate::colleagues;

/// Something that is not as the API notes hold most likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    ScatteredIds,
    ListedDataFields,
    DraftsWithoutTimes,
    SecondPublishAnswered,
    DeletedNotFound,
    ShownLate,
    PdfLate,
    PatchWrapped,
    AttachOk,
    LegacyAttachmentNote,
    DeletedLeadMarked,
    /// Every seat has a Oneflow user and a workspace of its own, and some do not see the workspaces of others.
    HiddenWorkspaces,
    /// Nobody made the deal field `oneflow_contract_id`, which otherwise makes up for most of what an election gets wrong.
    NoContractField,
}

/// Those of a run.
pub(crate) type Readings = BTreeSet<Reading>;

impl Reading {
    /// In the order in which they are drawn. What is new comes last: a seed keeps what it drew before.
    pub(crate) const ALL: [Self; 13] = [
        Self::ScatteredIds,
        Self::ListedDataFields,
        Self::DraftsWithoutTimes,
        Self::SecondPublishAnswered,
        Self::DeletedNotFound,
        Self::ShownLate,
        Self::PdfLate,
        Self::PatchWrapped,
        Self::AttachOk,
        Self::LegacyAttachmentNote,
        Self::DeletedLeadMarked,
        Self::HiddenWorkspaces,
        Self::NoContractField,
    ];

    /// As it is asked for and printed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ScatteredIds => "scattered-ids",
            Self::ListedDataFields => "listed-data-fields",
            Self::DraftsWithoutTimes => "drafts-without-times",
            Self::SecondPublishAnswered => "second-publish-answered",
            Self::DeletedNotFound => "deleted-not-found",
            Self::ShownLate => "shown-late",
            Self::PdfLate => "pdf-late",
            Self::PatchWrapped => "patch-wrapped",
            Self::AttachOk => "attach-ok",
            Self::LegacyAttachmentNote => "legacy-attachment-note",
            Self::DeletedLeadMarked => "deleted-lead-marked",
            Self::HiddenWorkspaces => "hidden-workspaces",
            Self::NoContractField => "no-contract-field",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reading| reading.name() == name)
    }
}

/// The readings of a seed. They are drawn apart from its plan, which stays the same when there is one more of them.
pub(crate) fn of(seed: u64) -> Readings {
    let mut random = StdRng::seed_from_u64(!seed);
    Reading::ALL.into_iter().filter(|_| !random.random_bool(0.5)).collect()
}

/// What the services do with these.
pub(crate) fn switches(readings: &Readings) -> Switches {
    let draw = Drawn(readings);
    let oneflow = OneflowSwitches {
        contract_ids: draw.either(Reading::ScatteredIds, ContractIds::Rising, ContractIds::Scattered),
        list_data_fields: draw.either(Reading::ListedDataFields, Shown::LeftOut, Shown::Shown),
        draft_times: draw.either(Reading::DraftsWithoutTimes, DraftTimes::Set, DraftTimes::Null),
        second_publish: draw.either(
            Reading::SecondPublishAnswered,
            SecondPublish::Conflict,
            SecondPublish::Answered,
        ),
        delete_gone: draw.either(Reading::DeletedNotFound, DeleteGone::Answered, DeleteGone::NotFound),
        shown_late_ms: draw.either(Reading::ShownLate, (0, 0), (1_000, 20_000)),
        pdf_ready_after_ms: draw.either(Reading::PdfLate, 0, 30_000),
        hidden_workspaces: colleagues::hidden(readings),
        ..OneflowSwitches::default()
    };
    let kommo = KommoSwitches {
        // Whether seats behind one address keep within Kommo's rate is a question of its own.
        rate_limit: RateLimit::Off,
        single_patch_answer: draw.either(
            Reading::PatchWrapped,
            SinglePatchAnswer::Root,
            SinglePatchAnswer::Wrapper,
        ),
        attach_answer: draw.either(Reading::AttachOk, AttachAnswer::Accepted, AttachAnswer::Ok),
        attachment_note: draw.either(
            Reading::LegacyAttachmentNote,
            AttachmentNote::Drive,
            AttachmentNote::Legacy,
        ),
        deleted_lead: draw.either(Reading::DeletedLeadMarked, DeletedLead::Gone, DeletedLead::Marked),
        ..KommoSwitches::default()
    };
    Switches { oneflow, kommo }
}

struct Drawn<'a>(&'a Readings);

impl Drawn<'_> {
    fn either<T>(&self, reading: Reading, likely: T, other: T) -> T {
        if self.0.contains(&reading) { other } else { likely }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_draws_the_same_and_every_reading_comes_and_stays_away() {
        assert_eq!(of(7), of(7));
        for reading in Reading::ALL {
            let times = (0..40).filter(|seed| of(*seed).contains(&reading)).count();
            assert!((1..40).contains(&times), "{reading:?} comes {times} times");
        }
    }

    #[test]
    fn every_reading_has_a_name_of_its_own() {
        for reading in Reading::ALL {
            assert_eq!(Reading::named(reading.name()), Some(reading));
        }
        assert_eq!(Reading::named("wild-guesses"), None);
    }

    #[test]
    fn each_reading_turns_the_services_or_the_set_up() {
        let likely = switches(&Readings::new());
        for reading in Reading::ALL.into_iter().filter(|reading| *reading != Reading::NoContractField) {
            assert_ne!(switches(&[reading].into()), likely, "{reading:?}");
        }
    }
}
