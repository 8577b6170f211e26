//! What the writer of a piece of work notes beside it: what it made, and what a person decided.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::write_backs::StoredWriteBack;

/// Stands in the ledger as `result`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Kommo's id of the note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<i64>,
    /// Kommo's id of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) task: Option<i64>,
    /// The drive's id of the file, once it is uploaded: what is left is to attach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    /// A person said that it is to be done although it was parked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) chosen: Option<Chosen>,
    /// A person said that it is not to be done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) left: bool,
}

/// What a person saw when they said that a piece is to be done after all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Chosen {
    /// The text of the deal's field that may be written over; nothing else may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) over: Option<String>,
}

impl Progress {
    /// What is noted beside `stored`.
    pub(super) fn of(stored: &StoredWriteBack) -> Self {
        let noted = stored.result.as_ref().and_then(|result| Self::deserialize(result).ok());
        noted.unwrap_or_default()
    }

    /// As the ledger keeps it.
    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("BUG: progress has only texts and numbers")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_noted_is_read_back_after_a_restart() {
        for (progress, text) in [
            (Progress::default(), json!({})),
            (Progress { file: Some("0f6a".to_owned()), ..Progress::default() }, json!({ "file": "0f6a" })),
            (
                Progress { note: Some(7), left: true, ..Progress::default() },
                json!({ "note": 7, "left": true }),
            ),
            (
                Progress { chosen: Some(Chosen { over: Some("12".to_owned()) }), ..Progress::default() },
                json!({ "chosen": { "over": "12" } }),
            ),
        ] {
            assert_eq!(progress.to_value(), text);
            assert_eq!(serde_json::from_value::<Progress>(text).unwrap(), progress);
        }
    }
}
