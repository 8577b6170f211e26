//! What happened in a profile, told in the domain's words. The interface decides what to ask anew.

use domain::{ContractId, DealId, SendId};
use tokio::sync::broadcast;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A send moved to another state, or its hold was counted on.
    SendMoved(SendId),
    /// Rows of the deal list may have changed; which ones, if they are few.
    DealsChanged(Vec<DealId>),
    /// Contracts were seen to have changed.
    ContractsChanged(Vec<ContractId>),
    /// Changes were stored that a person may want to read.
    ActivityGrew,
    /// What waits for a person changed.
    NeedsYouChanged,
    /// A service answers again, or does not any more.
    HealthChanged,
    /// A long piece of work went on.
    ProgressMade,
    /// Desktop notices are due.
    NoticesDue,
}

/// Hands events to whoever listens.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        // A listener that falls behind is told so and asks everything anew; it never holds up the engine.
        Self(broadcast::channel(1024).0)
    }
}

impl Events {
    /// Tells everybody who listens.
    pub fn tell(&self, event: Event) {
        // Nobody listens while no window is open: that is no error.
        let _ = self.0.send(event);
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
