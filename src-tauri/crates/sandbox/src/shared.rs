//! What all servers of one sandbox share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;

use crate::clock::SandboxClock;
use crate::faults::FaultPlan;
use crate::journal::Journal;
use crate::kommo::Kommo;
use crate::oneflow::Oneflow;
use crate::sandbox::{Addresses, Tokens};
use crate::server::Network;
use crate::switches::Switches;

/// One sandbox, seen from its servers.
pub(crate) struct Shared {
    pub(crate) clock: SandboxClock,
    pub(crate) journal: Journal,
    pub(crate) faults: FaultPlan,
    pub(crate) network: Arc<Network>,
    pub(crate) addresses: Addresses,
    pub(crate) tokens: Tokens,
    world: Mutex<World>,
}

/// Everything that the two services hold. One lock: a request takes effect as a whole or not at all.
pub(crate) struct World {
    pub(crate) kommo: Kommo,
    pub(crate) oneflow: Oneflow,
    pub(crate) switches: Switches,
    pub(crate) random: StdRng,
}

impl Shared {
    pub(crate) fn new(
        clock: SandboxClock,
        faults: FaultPlan,
        addresses: Addresses,
        tokens: Tokens,
        world: World,
    ) -> Self {
        let (journal, network) = (Journal::default(), Arc::default());
        Self { clock, journal, faults, network, addresses, tokens, world: Mutex::new(world) }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The world is large, and the tokens are secrets.
        f.debug_struct("Shared").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}
