//! Time that passes only as fast as the machine can follow.
//!
//! A clock that runs so many times faster than real time is fair only on a machine that is idle: where it is busy, a
//! request that takes a moment takes a minute of the app. So here both clocks stand almost still (they run as fast as
//! real time), and are moved on in small steps: after each step the app and the sandbox get their turn first.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{runtime::Handle, task::spawn_blocking};

use crate::{wait, world::World};

/// How much time passes at once; small against the shortest limit of the app, which is 5 s.
const STEP: Duration = Duration::from_millis(400);

/// How often the app's threads must have answered before time passes again.
const BEATS: u32 = 4;

/// The app's threads, to ask whether they are free; empty while no app runs.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<Option<Handle>>>);

impl Pulse {
    pub(crate) fn is_of(&self, runtime: Option<&Handle>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = runtime.cloned();
    }

    /// Returns when a task and a blocking task of the app had their turn.
    async fn beat(&self) {
        let runtime = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(runtime) = runtime else { return };
        // An error says that the app was killed meanwhile.
        let _ = runtime.spawn(async { spawn_blocking(|| ()).await }).await;
    }
}

/// Lets time pass for `world` and the app behind `pulse`, for ever. `world` must run at real speed.
pub async fn keep(world: &World, pulse: &Pulse) {
    loop {
        wait::pause().await;
        for _ in 0..BEATS {
            pulse.beat().await;
        }
        while world.sandbox.is_working() {
            wait::pause().await;
        }
        world.advance(STEP);
    }
}
