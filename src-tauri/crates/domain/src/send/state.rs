//! The states of a send and the steps between them.

use serde::{Deserialize, Serialize};

use super::reason::{Cause, Difference, NeedsReason, Refusal};
use crate::id::ContractId;

/// Where a send stands; each state holds exactly what is known then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SendState {
    /// The undo time runs.
    Held,
    /// Waits for its turn, for a connection or for a token.
    Queued,
    /// The create is on its way.
    Creating,
    /// The create may or may not have had an effect.
    CreateUnknown,
    /// The draft is there.
    Created {
        /// It.
        contract: ContractId,
    },
    /// The draft carries its marker; the election is held.
    Completing {
        /// It.
        contract: ContractId,
    },
    /// The publish is on its way.
    Publishing {
        /// What is published.
        contract: ContractId,
    },
    /// The publish may or may not have had an effect.
    PublishUnknown {
        /// What may be out.
        contract: ContractId,
    },
    /// It is out; watching goes on from here.
    Published {
        /// It.
        contract: ContractId,
    },
    /// Taken back in time; nothing was created.
    Undone,
    /// Something changed since the click; nothing was created.
    Stopped {
        /// What.
        differences: Vec<Difference>,
    },
    /// A service said no.
    Rejected {
        /// Why.
        refusal: Refusal,
        /// The draft, where one is there.
        contract: Option<ContractId>,
    },
    /// Another contract of the same deal stands.
    Superseded {
        /// It.
        by: ContractId,
        /// Our own draft, until it is tidied.
        own: Option<ContractId>,
    },
    /// A person chose a colleague's draft; the election is held for it.
    TheirsChosen {
        /// The colleague's draft.
        theirs: ContractId,
        /// Our own draft, until it is tidied.
        own: Option<ContractId>,
    },
    /// The publish of the colleague's draft is on its way.
    PublishingTheirs {
        /// The colleague's draft.
        theirs: ContractId,
        /// Our own draft, until it is tidied.
        own: Option<ContractId>,
    },
    /// The publish of the colleague's draft may or may not have had an effect.
    TheirsUnknown {
        /// What may be out.
        theirs: ContractId,
        /// Our own draft, until it is tidied.
        own: Option<ContractId>,
    },
    /// A person chose our own draft; the colleague's is being deleted.
    Discarding {
        /// The colleague's draft.
        theirs: ContractId,
        /// Our own draft, which goes to a new election afterwards.
        own: ContractId,
    },
    /// A person decides.
    NeedsYou {
        /// Why.
        reason: NeedsReason,
        /// Where it stood.
        from: Box<SendState>,
    },
    /// A person gave it up.
    GivenUp {
        /// The draft, until it is tidied.
        contract: Option<ContractId>,
    },
}

/// What can happen to a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The hold is over, or a person said "send now".
    TimeUp,
    /// A person took it back.
    Undo,
    /// The intent to create: raises the attempt.
    Claim,
    /// The re-read before the claim differs from what was seen.
    Differs(Vec<Difference>),
    /// A draft of this send is there.
    DraftFound(ContractId),
    /// The call had no effect and can be repeated.
    NotSent(Cause),
    /// The call may have had an effect.
    Lost(Cause),
    /// Three looks say: no draft of this send is there.
    NothingFound,
    /// The call was refused without effect.
    Refused(Refusal),
    /// The marker stands in the draft.
    Marked,
    /// The intent to publish, after the election.
    Elected(ContractId),
    /// A look or an answer shows the contract out.
    Out(ContractId),
    /// Three looks say: it is still a draft.
    StillDraft,
    /// Another contract stands.
    Superseded(ContractId),
    /// A person must decide.
    Ask(NeedsReason),
    /// A person says: publish this colleague's draft instead of ours.
    ChooseTheirs(ContractId),
    /// A person says: delete this colleague's draft and send ours.
    DiscardTheirs(ContractId),
    /// The colleague's draft is gone.
    Discarded,
    /// A person says: go on from where it stood.
    Resume,
    /// A person says: try again what was refused, or what is certain not to be there.
    Retry,
    /// A person says: it is dealt with, our contract stands.
    Accept,
    /// A person gives it up.
    GiveUp,
}

/// A step that does not lead anywhere from where the send stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a send that is {state} cannot take the step {step:?}")]
pub struct IllegalStep {
    /// Where it stands.
    pub state: &'static str,
    /// What was wanted.
    pub step: Step,
}

impl Step {
    /// What went wrong, for the steps that follow a failed call.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::NotSent(cause) | Self::Lost(cause) => Some(cause.clone()),
            _ => None,
        }
    }
}

impl SendState {
    /// The state after `step`, or a refusal.
    #[expect(clippy::match_same_arms, reason = "a row for each step, in the order of the picture")]
    pub fn after(self, step: Step) -> Result<Self, IllegalStep> {
        use SendState as S;
        match (self, step) {
            (S::Held, Step::TimeUp) => Ok(S::Queued),
            (S::Held | S::Queued, Step::Undo) => Ok(S::Undone),
            (S::Queued, Step::Claim) => Ok(S::Creating),
            (S::Queued, Step::Differs(differences)) => Ok(S::Stopped { differences }),
            // A look before a create may find what an earlier attempt made.
            (S::Queued | S::Creating | S::CreateUnknown, Step::DraftFound(contract)) => {
                Ok(S::Created { contract })
            }
            (S::Creating, Step::NotSent(_)) | (S::CreateUnknown, Step::NothingFound) => Ok(S::Queued),
            (S::Creating, Step::Lost(_)) => Ok(S::CreateUnknown),
            (S::Creating, Step::Refused(refusal)) => Ok(S::Rejected { refusal, contract: None }),
            (S::Created { contract }, Step::Marked) => Ok(S::Completing { contract }),
            (S::Completing { .. }, Step::Elected(contract)) => Ok(S::Publishing { contract }),
            (S::Publishing { contract }, Step::NotSent(_)) => Ok(S::Created { contract }),
            (S::Publishing { contract }, Step::Lost(_)) => Ok(S::PublishUnknown { contract }),
            (S::Publishing { contract }, Step::Refused(refusal)) => {
                Ok(S::Rejected { refusal, contract: Some(contract) })
            }
            (S::PublishUnknown { contract }, Step::StillDraft) => Ok(S::Created { contract }),
            (state, Step::Out(contract)) if state.may_be_out() => Ok(S::Published { contract }),
            (state, Step::Superseded(by)) if state.is_before_publish() => {
                Ok(S::Superseded { by, own: state.contract().filter(|own| *own != by) })
            }
            // A publish whose outcome is unknown turned out to have had none, and a colleague's contract is out.
            (S::PublishUnknown { contract }, Step::Superseded(by)) if by != contract => {
                Ok(S::Superseded { by, own: Some(contract) })
            }
            (S::NeedsYou { reason, from }, Step::ChooseTheirs(theirs)) if reason.is_about_draft(theirs) => {
                Ok(S::TheirsChosen { theirs, own: from.contract() })
            }
            (S::TheirsChosen { theirs, own }, Step::Elected(elected)) if elected == theirs => {
                Ok(S::PublishingTheirs { theirs, own })
            }
            (S::PublishingTheirs { theirs, own }, Step::NotSent(_))
            | (S::TheirsUnknown { theirs, own }, Step::StillDraft) => Ok(S::TheirsChosen { theirs, own }),
            (S::PublishingTheirs { theirs, own }, Step::Lost(_)) => Ok(S::TheirsUnknown { theirs, own }),
            (S::PublishingTheirs { own, .. }, Step::Refused(refusal)) => {
                Ok(S::Rejected { refusal, contract: own })
            }
            (
                S::TheirsChosen { own, .. } | S::PublishingTheirs { own, .. } | S::TheirsUnknown { own, .. },
                Step::Superseded(by),
            ) if own != Some(by) => Ok(S::Superseded { by, own }),
            // Whatever is asked about their draft, going on from there is a new election for ours.
            (
                S::TheirsChosen { own: Some(own), .. }
                | S::PublishingTheirs { own: Some(own), .. }
                | S::TheirsUnknown { own: Some(own), .. }
                | S::Discarding { own, .. },
                Step::Ask(reason),
            ) => Ok(S::NeedsYou { reason, from: Box::new(S::Completing { contract: own }) }),
            (S::NeedsYou { reason, from }, Step::DiscardTheirs(theirs)) if reason.is_about_draft(theirs) => {
                match from.contract() {
                    Some(own) => Ok(S::Discarding { theirs, own }),
                    None => Err(IllegalStep { state: "needs_you", step: Step::DiscardTheirs(theirs) }),
                }
            }
            (S::Discarding { own, .. }, Step::Discarded) => Ok(S::Completing { contract: own }),
            // Two contracts out can be seen after the end, too.
            (state, Step::Ask(reason)) if state.can_ask() => {
                Ok(S::NeedsYou { reason, from: Box::new(state) })
            }
            (S::NeedsYou { from, .. }, Step::Resume) => Ok(*from),
            // A person saw that the draft is gone: only then is it made anew.
            (S::NeedsYou { reason: NeedsReason::DraftRemoved, .. }, Step::Retry) => Ok(S::Queued),
            // No look can answer, and a person who looked in Oneflow says that nothing is there.
            (S::NeedsYou { reason: NeedsReason::CannotTell, from }, Step::Retry)
                if *from == S::CreateUnknown =>
            {
                Ok(S::Queued)
            }
            (S::NeedsYou { reason: NeedsReason::TwoContractsOut { .. }, from }, Step::Accept)
                if from.contract().is_some() =>
            {
                Ok(from.contract().map_or(*from, |contract| S::Published { contract }))
            }
            (S::Rejected { contract: Some(contract), .. }, Step::Retry) => Ok(S::Created { contract }),
            (state, Step::GiveUp) if state.can_give_up() => Ok(S::GivenUp { contract: state.contract() }),
            (state, step) => Err(IllegalStep { state: state.code(), step }),
        }
    }

    /// The word under which the state is stored.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Creating => "creating",
            Self::CreateUnknown => "create_unknown",
            Self::Created { .. } => "created",
            Self::Completing { .. } => "completing",
            Self::Publishing { .. } => "publishing",
            Self::PublishUnknown { .. } => "publish_unknown",
            Self::Published { .. } => "published",
            Self::Undone => "undone",
            Self::Stopped { .. } => "stopped",
            Self::Rejected { .. } => "rejected",
            Self::Superseded { .. } => "superseded",
            Self::TheirsChosen { .. } => "theirs_chosen",
            Self::PublishingTheirs { .. } => "publishing_theirs",
            Self::TheirsUnknown { .. } => "theirs_unknown",
            Self::Discarding { .. } => "discarding",
            Self::NeedsYou { .. } => "needs_you",
            Self::GivenUp { .. } => "given_up",
        }
    }

    /// Whether the click has come to its end. One unsettled send is allowed per account and deal.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Published { .. }
            | Self::Undone
            | Self::Stopped { .. }
            | Self::Superseded { .. }
            | Self::GivenUp { .. }
            | Self::Rejected { contract: None, .. } => true,
            Self::Held
            | Self::Queued
            | Self::Creating
            | Self::CreateUnknown
            | Self::Created { .. }
            | Self::Completing { .. }
            | Self::Publishing { .. }
            | Self::PublishUnknown { .. }
            | Self::TheirsChosen { .. }
            | Self::PublishingTheirs { .. }
            | Self::TheirsUnknown { .. }
            | Self::Discarding { .. }
            | Self::Rejected { contract: Some(_), .. }
            | Self::NeedsYou { .. } => false,
        }
    }

    /// Whether work goes on by itself.
    pub fn is_moving(&self) -> bool {
        !self.is_settled() && !matches!(self, Self::NeedsYou { .. } | Self::Rejected { .. })
    }

    /// Whether the click came to its end and nothing was made of it. That is told until a person sends the deal again or
    /// lets it be.
    pub fn has_ended_with_nothing(&self) -> bool {
        matches!(self, Self::Stopped { .. } | Self::Rejected { contract: None, .. })
    }

    /// Whether a person can still take it back as if nothing had happened.
    pub fn can_undo(&self) -> bool {
        matches!(self, Self::Held | Self::Queued)
    }

    /// The contract of this send, where one is known.
    pub fn contract(&self) -> Option<ContractId> {
        match self {
            Self::Created { contract }
            | Self::Completing { contract }
            | Self::Publishing { contract }
            | Self::PublishUnknown { contract }
            | Self::Published { contract } => Some(*contract),
            Self::Rejected { contract, .. } | Self::GivenUp { contract } => *contract,
            Self::Superseded { own, .. }
            | Self::TheirsChosen { own, .. }
            | Self::PublishingTheirs { own, .. }
            | Self::TheirsUnknown { own, .. } => *own,
            Self::Discarding { own, .. } => Some(*own),
            Self::NeedsYou { from, .. } => from.contract(),
            Self::Held
            | Self::Queued
            | Self::Creating
            | Self::CreateUnknown
            | Self::Undone
            | Self::Stopped { .. } => None,
        }
    }

    fn is_before_publish(&self) -> bool {
        match self {
            Self::Queued
            | Self::Creating
            | Self::CreateUnknown
            | Self::Created { .. }
            | Self::Completing { .. }
            | Self::Discarding { .. } => true,
            Self::NeedsYou { from, .. } => from.is_before_publish(),
            _ => false,
        }
    }

    fn may_be_out(&self) -> bool {
        match self {
            // A person can publish a draft in Oneflow; a look then finds it out.
            Self::Queued
            | Self::Creating
            | Self::CreateUnknown
            | Self::Created { .. }
            | Self::Completing { .. }
            | Self::Publishing { .. }
            | Self::PublishUnknown { .. }
            | Self::TheirsChosen { own: Some(_), .. }
            | Self::PublishingTheirs { own: Some(_), .. }
            | Self::TheirsUnknown { own: Some(_), .. }
            | Self::Discarding { .. }
            | Self::Rejected { contract: Some(_), .. } => true,
            Self::NeedsYou { from, .. } => from.may_be_out() || matches!(**from, Self::Published { .. }),
            _ => false,
        }
    }

    fn can_ask(&self) -> bool {
        match self {
            Self::Undone | Self::Stopped { .. } | Self::GivenUp { .. } | Self::NeedsYou { .. } => false,
            Self::Rejected { contract, .. } => contract.is_some(),
            _ => true,
        }
    }

    fn can_give_up(&self) -> bool {
        match self {
            Self::Held
            | Self::Queued
            | Self::CreateUnknown
            | Self::Created { .. }
            | Self::Completing { .. }
            | Self::TheirsChosen { .. }
            | Self::Discarding { .. }
            | Self::Rejected { contract: Some(_), .. }
            // Whatever was on its way, the draft that it was about is gone.
            | Self::NeedsYou { reason: NeedsReason::DraftRemoved, .. } => true,
            Self::NeedsYou { from, .. } => from.can_give_up(),
            state => state.has_ended_with_nothing(),
        }
    }
}
