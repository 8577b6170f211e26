//! Durable pieces of work owed to Kommo after a change of a contract.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    id::{ContractId, DealId, PipelineId, StageId, UserId},
    observation::{Change, ChangeKind},
    payload::hex_of_sha256,
};

/// One piece of work, in the order in which the pieces of one change are done; the file is separate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `oneflow_contract_id` of the deal.
    Field,
    /// The stage "when signed".
    Stage,
    /// A task for the deal's owner.
    Task,
    /// A note in the deal's feed.
    Note,
    /// The signed PDF.
    File,
}

/// A piece of work with everything it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum Work {
    /// Write the contract's id, if the field is empty or names the contract that this one replaces.
    Field {
        /// The contract that this one replaces.
        replaces: Option<ContractId>,
    },
    /// Move the deal, if it still stands where it stood when the change was stored.
    Stage {
        /// Where to.
        pipeline: PipelineId,
        /// Where to.
        stage: StageId,
        /// Where it stood.
        seen: StageId,
    },
    /// Create a task.
    Task {
        /// Without its key.
        text: String,
        /// Who does it; the token's user if not known.
        responsible: Option<UserId>,
    },
    /// Create a note.
    Note {
        /// Without its key.
        text: String,
    },
    /// Attach the signed PDF.
    File,
}

impl Work {
    /// Which part it is.
    pub fn part(&self) -> Part {
        match self {
            Self::Field { .. } => Part::Field,
            Self::Stage { .. } => Part::Stage,
            Self::Task { .. } => Part::Task,
            Self::Note { .. } => Part::Note,
            Self::File => Part::File,
        }
    }
}

/// A piece of work in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteBack {
    /// Of the deal.
    pub deal: DealId,
    /// The change that caused it.
    pub change: Change,
    /// What to do.
    pub work: Work,
    /// Where it stands.
    pub state: WriteBackState,
    /// How often it was tried.
    pub tries: u32,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Not before.
    pub next_try: Timestamp,
}

/// Where a piece of work stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum WriteBackState {
    /// This seat did not see the change happen: it is only looked for, and where it is missing a person is asked.
    Unchecked,
    /// Waits for its turn, or for a cause to pass.
    Owed,
    /// A call that must not be repeated blindly is on its way, or its outcome is unknown: look first.
    Trying,
    /// Done; never done again, whatever people do to it.
    Done,
    /// Left alone for a reason that does not pass by itself.
    Parked {
        /// Why.
        reason: ParkReason,
    },
}

/// Why a piece of work was parked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ParkReason {
    /// Somebody moved the deal meanwhile.
    DealMoved,
    /// The deal is no longer there.
    DealGone,
    /// The field holds something else.
    FieldTaken {
        /// What.
        text: String,
    },
    /// The account has no such field.
    FieldMissing,
    /// Kommo refused.
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// The token may not do it.
    Forbidden,
    /// The change is too old to be written without being asked.
    TooOld,
    /// It is not there, and this seat did not see the change happen: its ledger is younger.
    Missing,
}

/// Longest text of a note or task before its key (`design: Write-backs`; Kommo tells no limit, `api/kommo.md §12.2`).
const TEXT_LIMIT: usize = 1000;

/// The key a person can ignore: ` [cs:` + 10 digits + `]`, equal on every seat, different for each occurrence.
pub fn key(change: &Change) -> String {
    let kind = serde_json::to_string(&change.kind).expect("BUG: a change kind is a word");
    let participant = change.participant.map_or(0, |id| id.0);
    let text = format!("{}|{kind}|{participant}|{}", change.contract, change.at.as_second());
    format!("[cs:{}]", hex_of_sha256(text.as_bytes(), 10))
}

/// A text with its key, as it is written to Kommo.
pub fn with_key(text: &str, change: &Change) -> String {
    let cut: String = text.chars().take(TEXT_LIMIT).collect();
    format!("{} {}", cut.trim_end(), key(change))
}

/// Name of the signed PDF on the drive and at the deal.
pub fn file_name(contract: ContractId, bytes: &[u8]) -> String {
    format!("{contract}-signed-{}.pdf", hex_of_sha256(bytes, 8))
}

/// Whether a file of this name is the signed PDF of `contract`, whoever uploaded it: two downloads of one contract need
/// not be the same bytes.
pub fn is_signed_pdf(name: &str, contract: ContractId) -> bool {
    let digits = name.strip_prefix(&format!("{contract}-signed-")).and_then(|rest| rest.strip_suffix(".pdf"));
    digits.is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Texts of notes and tasks; `{id}`, `{email}`, `{name}` are filled in. The user can edit them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// After the publish.
    pub sent: String,
    /// After each signature.
    pub participant_signed: String,
    /// After the last signature.
    pub all_signed: String,
    /// After a decline.
    pub declined: String,
    /// The task after a decline.
    pub declined_task: String,
    /// After the deadline.
    pub expired: String,
    /// The task after the deadline.
    pub expired_task: String,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            sent: "Oneflow: contract #{id} sent for signing -> {email}".to_owned(),
            participant_signed: "Oneflow: {name} signed the contract".to_owned(),
            all_signed: "Oneflow: all parties have signed the contract".to_owned(),
            declined: "Oneflow: {name} declined the contract".to_owned(),
            declined_task: "Clarify objections - contract declined in Oneflow".to_owned(),
            expired: "Oneflow: contract signing deadline expired".to_owned(),
            expired_task: "Send a new version of the contract".to_owned(),
        }
    }
}

/// What a change owes to Kommo depends on.
#[derive(Debug, Clone)]
pub struct Wishes<'a> {
    /// Texts of notes and tasks.
    pub texts: &'a Texts,
    /// The stage "when signed", if one was chosen.
    pub stage_when_signed: Option<(PipelineId, StageId)>,
    /// Where the deal stands now.
    pub deal_stage: Option<StageId>,
    /// Who does the tasks.
    pub responsible: Option<UserId>,
    /// Where the invitation went.
    pub email: &'a str,
    /// The contract that this one replaces.
    pub replaces: Option<ContractId>,
}

/// The work that `change` owes to the deal, in the order in which it is done.
pub fn owed(change: &Change, wishes: &Wishes<'_>) -> Vec<Work> {
    let fill = |text: &str| {
        text.replace("{id}", &change.contract.to_string())
            .replace("{email}", wishes.email)
            .replace("{name}", change.name.as_deref().unwrap_or("A participant"))
    };
    let note = |text: &str| Work::Note { text: fill(text) };
    let task = |text: &str| Work::Task { text: fill(text), responsible: wishes.responsible };
    let texts = wishes.texts;
    match change.kind {
        ChangeKind::Sent => vec![Work::Field { replaces: wishes.replaces }, note(&texts.sent)],
        ChangeKind::ParticipantSigned => vec![note(&texts.participant_signed)],
        ChangeKind::AllSigned => {
            let target = wishes.stage_when_signed.zip(wishes.deal_stage);
            let stage = target.map(|((pipeline, stage), seen)| Work::Stage { pipeline, stage, seen });
            stage.into_iter().chain([note(&texts.all_signed), Work::File]).collect()
        }
        ChangeKind::Declined => vec![task(&texts.declined_task), note(&texts.declined)],
        ChangeKind::Expired => vec![task(&texts.expired_task), note(&texts.expired)],
        ChangeKind::Opened | ChangeKind::DeliveryFailed | ChangeKind::Revived => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_pdf_is_known_by_its_name() {
        for (name, wanted) in [
            (file_name(ContractId(5), b"%PDF").as_str(), true),
            ("5-signed-0123abcd.pdf", true),
            ("15-signed-0123abcd.pdf", false),
            ("5-signed-.pdf", false),
            ("5-signed-0123abcd (1).pdf", false),
            ("offer.pdf", false),
        ] {
            assert_eq!(is_signed_pdf(name, ContractId(5)), wanted, "{name}");
        }
    }
}
