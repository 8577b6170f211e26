//! Whether a run kept the promises: the ledgers of all seats against what the services hold and heard.
//!
//! Each rule stands alone and answers what broke it. What people did is an exception only where it says so.

mod contracts;
mod drafts;
mod endings;
mod kommo;

use std::fmt;

use crate::evidence::Evidence;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) rule: Rule,
    /// What shows it.
    pub(crate) what: String,
}

/// The promises, as the table counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// At most one contract is published for a deal and generation.
    Duplicate,
    /// A contract is published at most once.
    SecondPublish,
    /// Nothing is created for a send while an earlier create is unknown, or beside a draft of it.
    HastyCreate,
    /// What was taken back is never sent.
    SentAfterUndo,
    /// Every click ends in a way that a person can see.
    Lost,
    /// What the app says of a contract is so.
    Untrue,
    /// No draft of an ended send is left, but for those under "Needs you".
    OrphanDraft,
    /// A note is written once.
    DoubledNote,
    /// A task is made once.
    DoubledTask,
    /// A file is attached once.
    DoubledFile,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.what)
    }
}

impl Wrong {
    fn new(rule: Rule, what: impl Into<String>) -> Self {
        Self { rule, what: what.into() }
    }
}

/// Everything that is wrong.
pub(crate) fn check(evidence: &Evidence) -> Vec<Wrong> {
    let mut wrongs = contracts::published_twice(evidence);
    wrongs.extend(contracts::created_hastily(evidence));
    wrongs.extend(endings::lost(evidence));
    wrongs.extend(endings::untrue(evidence));
    wrongs.extend(endings::sent_after_undo(evidence));
    wrongs.extend(drafts::orphans(evidence));
    wrongs.extend(kommo::doubled(evidence));
    wrongs.extend(kommo::never_written(evidence));
    wrongs
}

#[cfg(test)]
mod tests;
