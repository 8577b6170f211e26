//! Whether the keychain answers, and what "try again" does.

use vault::VaultError;

use super::{App, AppEvent, Mode, place::Place, secrets::Secrets};

/// How the keychain answered last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keychain {
    /// It works.
    Ready,
    /// It is closed, or did not answer in time: its own window may wait behind ours.
    Locked,
    /// This computer has none.
    Absent,
    /// It failed.
    Refused,
}

impl Keychain {
    fn of(answer: &Result<(), VaultError>) -> Self {
        match answer {
            Ok(()) | Err(VaultError::Damaged(_) | VaultError::Unfit) => Self::Ready,
            Err(VaultError::Locked(_) | VaultError::TimedOut) => Self::Locked,
            Err(VaultError::Absent(_)) => Self::Absent,
            Err(VaultError::Refused(_)) => Self::Refused,
        }
    }
}

impl App {
    /// How the keychain answered last. While it is not ready, an open profile can be read and nothing is sent.
    pub fn keychain(&self) -> Keychain {
        *self.shared.keychain.read().expect("BUG: nothing panics while it holds this lock")
    }

    /// "Try again": opens the keychain anew, and then what could not be opened before.
    pub async fn try_again(&self) {
        let mut answer = self.shared.vault.try_again().await;
        let locked_out = self.locked_out().await;
        if let (Ok(()), Some(place)) = (&answer, &locked_out) {
            // While the keychain waits for the person, what can be read stays in sight.
            answer = Secrets::read(place).await.map(drop);
        }
        self.hear_keychain(&answer);
        let is_blocked = matches!(self.mode(), Mode::Blocked(_));
        if is_blocked || (locked_out.is_some() && answer.is_ok()) {
            // The lock must be free before it is taken again.
            self.close_profile().await;
            self.open_last().await;
        }
    }

    /// The place of the open profile, if the keychain kept its secrets back.
    async fn locked_out(&self) -> Option<Place> {
        let current = self.shared.current.lock().await;
        current.as_ref().filter(|open| open.locked_out.is_some()).map(|open| open.place.clone())
    }

    /// Keeps how the keychain answered, for the frame of the window.
    pub(super) fn hear_keychain(&self, answer: &Result<(), VaultError>) {
        if let Err(error) = answer {
            tracing::warn!(%error, "the keychain does not answer");
        }
        let next = Keychain::of(answer);
        let mut now = self.shared.keychain.write().expect("BUG: nothing panics while it holds this lock");
        if std::mem::replace(&mut *now, next) != next {
            drop(now);
            self.tell(AppEvent::KeychainChanged);
        }
    }
}
