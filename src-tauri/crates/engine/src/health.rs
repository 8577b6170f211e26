//! How the two services answer, as one shared fact: workers wait on it, the frame of the window shows it.

use std::{fmt, sync::Mutex};

use domain::Timestamp;
use tokio::sync::watch;

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The CRM.
    Kommo,
    /// The contracts.
    Oneflow,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kommo => "Kommo",
            Self::Oneflow => "Oneflow",
        })
    }
}

/// Why a service cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No connection, DNS or TLS failure.
    Offline,
    /// The token was refused: all work of that account waits for a new one.
    TokenRefused,
    /// The account is not paid, or its plan does not allow it.
    Plan,
    /// Kommo blocked this address.
    Blocked,
    /// The service asked to slow down.
    Limited,
    /// The service fails.
    Failing,
}

impl Trouble {
    /// What an error of a call tells about the service; `None` if it tells nothing (it answered, and said no).
    pub fn of(error: &http::Error) -> Option<Self> {
        match error {
            http::Error::NotSent(
                http::Cause::Deadline | http::Cause::ForeignHost | http::Cause::Malformed,
            ) => None,
            http::Error::NotSent(http::Cause::Paused { .. }) | http::Error::Limited { .. } => {
                Some(Self::Limited)
            }
            http::Error::NotSent(http::Cause::Blocked { .. }) | http::Error::Blocked => Some(Self::Blocked),
            http::Error::NotSent(_) => Some(Self::Offline),
            http::Error::Refused(refusal) if refusal.status == 401 => Some(Self::TokenRefused),
            http::Error::Refused(refusal) if refusal.status == 402 => Some(Self::Plan),
            // An answer of another shape is a fault of the service, or of somebody between it and this computer.
            http::Error::Lost(_)
            | http::Error::Failed(_)
            | http::Error::Unreadable(_)
            | http::Error::Redirected { .. } => Some(Self::Failing),
            http::Error::Refused(_) | http::Error::Conflict(_) | http::Error::Storage { .. } => None,
        }
    }
}

/// What is known of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition {
    /// `None`: it answers.
    pub trouble: Option<Trouble>,
    /// Since when not.
    pub since: Option<Timestamp>,
    /// Everything to the service waits until then, because it asked for that or blocks this address.
    pub held_until: Option<Timestamp>,
}

/// What is known of both.
#[derive(Debug)]
pub struct Health {
    kommo: watch::Sender<Condition>,
    oneflow: watch::Sender<Condition>,
    // Serialises comparing and writing, so that a change is told once.
    change: Mutex<()>,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            kommo: watch::Sender::new(Condition::default()),
            oneflow: watch::Sender::new(Condition::default()),
            change: Mutex::default(),
        }
    }
}

impl Health {
    /// What is known now.
    pub fn of(&self, service: Service) -> Condition {
        *self.channel(service).borrow()
    }

    /// Stores how a call went; true if that is news.
    pub fn report(&self, service: Service, trouble: Option<Trouble>, now: Timestamp) -> bool {
        let _serial = self.change.lock().expect("BUG: nothing panics while it holds this lock");
        let channel = self.channel(service);
        if channel.borrow().trouble == trouble {
            return false;
        }
        let held_until = channel.borrow().held_until;
        channel.send_replace(Condition { trouble, since: trouble.map(|_| now), held_until });
        true
    }

    /// Stores until when everything to `service` waits; true if that is news.
    pub(crate) fn hold_up(&self, service: Service, until: Option<Timestamp>) -> bool {
        let _serial = self.change.lock().expect("BUG: nothing panics while it holds this lock");
        self.channel(service)
            .send_if_modified(|condition| std::mem::replace(&mut condition.held_until, until) != until)
    }

    /// Waits until `service` accepts the token again. Other troubles pass by trying.
    pub async fn token_accepted(&self, service: Service) {
        let mut condition = self.channel(service).subscribe();
        let waited = condition.wait_for(|now| now.trouble != Some(Trouble::TokenRefused)).await;
        waited.expect("BUG: the sender lives as long as this reference");
    }

    /// Waits until anything about `service` changes.
    pub async fn changed(&self, service: Service) {
        let mut condition = self.channel(service).subscribe();
        condition.changed().await.expect("BUG: the sender lives as long as this reference");
    }

    fn channel(&self, service: Service) -> &watch::Sender<Condition> {
        match service {
            Service::Kommo => &self.kommo,
            Service::Oneflow => &self.oneflow,
        }
    }
}
