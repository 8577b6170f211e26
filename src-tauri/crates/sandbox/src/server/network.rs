//! Whether the servers can be reached at all.

use tokio::sync::watch;

/// The line between the clients and all hosts of the services. The control surface does not depend on it.
#[derive(Debug)]
pub(crate) struct Network {
    online: watch::Sender<bool>,
    /// How many listeners are open now.
    open: watch::Sender<usize>,
}

impl Default for Network {
    fn default() -> Self {
        Self { online: watch::Sender::new(true), open: watch::Sender::new(0) }
    }
}

impl Network {
    /// Takes the hosts off the network, or brings them back on the same ports, and waits until it is so. Off the
    /// network connections are refused and those open are closed.
    pub(crate) async fn set_online(&self, online: bool, listeners: usize) {
        self.online.send_replace(online);
        let wanted = if online { listeners } else { 0 };
        // The sender lives in self, so the wait cannot fail.
        let _ = self.open.subscribe().wait_for(|open| *open == wanted).await;
    }

    pub(super) fn seen(&self) -> watch::Receiver<bool> {
        self.online.subscribe()
    }

    pub(super) fn opened(&self) {
        self.open.send_modify(|open| *open += 1);
    }

    pub(super) fn closed(&self) {
        self.open.send_modify(|open| *open -= 1);
    }
}
