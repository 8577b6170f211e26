//! The sample data of the headless host: a sandbox in the same process, on the host's clock.
//!
//! The shell has an adapter of its own: neither may import the other (design.md §2), and a crate for forty lines
//! would be one more to know.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Clock as _;
use ipc::{ErrorCode, IpcError, Later, SampleAccess, dto::SampleAct};
use sandbox::{Act, ActError, Config, Sandbox};

use crate::clock::FastClock;

/// The stand-ins of both services, while somebody explores.
#[derive(Debug)]
pub struct SampleData {
    clock: FastClock,
    running: Mutex<Option<Sandbox>>,
}

impl SampleData {
    /// Sample data that ages on `clock`.
    pub fn new(clock: FastClock) -> Self {
        Self { clock, running: Mutex::default() }
    }

    fn running(&self) -> MutexGuard<'_, Option<Sandbox>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn act_now(&self, act: SampleAct, contract: Option<&str>) -> Result<(), IpcError> {
        let contract = contract.map(str::parse).transpose().map_err(|_| ErrorCode::BadRequest)?;
        let running = self.running();
        let sandbox = running.as_ref().ok_or(ErrorCode::NotConnected)?;
        let happens = match act {
            SampleAct::ClientSigns => Act::Sign { contract, participant: None },
            SampleAct::ClientDeclines => Act::Decline { contract, participant: None },
            SampleAct::DeadlinePasses => Act::DeadlinePasses { contract },
        };
        let refused = |error| match error {
            ActError::NoPendingContract | ActError::Unknown(_) => ErrorCode::ContractGone,
            ActError::NobodyToDecide | ActError::InState(_) => ErrorCode::DecisionClosed,
        };
        sandbox.act(happens).map_err(refused)?;
        Ok(())
    }
}

impl ipc::Sample for SampleData {
    fn start(&self) -> Later<'_, Result<SampleAccess, IpcError>> {
        Box::pin(async move {
            let config =
                Config { start: Some(self.clock.now()), time_scale: self.clock.scale(), ..Config::sample() };
            let sandbox = Sandbox::start(config).await.map_err(|_| ErrorCode::Internal)?;
            let (addresses, tokens) = (sandbox.addresses().clone(), sandbox.tokens().clone());
            *self.running() = Some(sandbox);
            Ok(SampleAccess {
                kommo_address: addresses.kommo,
                kommo_token: tokens.kommo.into(),
                oneflow_address: addresses.oneflow,
                oneflow_token: tokens.oneflow.into(),
                oneflow_email: tokens.oneflow_user_email,
            })
        })
    }

    fn act<'a>(&'a self, act: SampleAct, contract: Option<&'a str>) -> Later<'a, Result<(), IpcError>> {
        Box::pin(std::future::ready(self.act_now(act, contract)))
    }

    fn stop(&self) {
        self.running().take();
    }
}
