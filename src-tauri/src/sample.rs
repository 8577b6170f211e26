//! The sample data: the sandbox, inside the app.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ipc::dto::SampleAct;
use ipc::{ErrorCode, IpcError, Later, SampleAccess};
use sandbox::{Act, ActError, Config, Sandbox};

/// The stand-ins of both services, while somebody explores. Afresh each time (design.md §8).
#[derive(Debug, Default)]
pub(crate) struct SampleData {
    running: Mutex<Option<Sandbox>>,
}

impl SampleData {
    fn running(&self) -> MutexGuard<'_, Option<Sandbox>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ipc::Sample for SampleData {
    fn start(&self) -> Later<'_, Result<SampleAccess, IpcError>> {
        Box::pin(async move {
            let sandbox = Sandbox::start(Config::sample()).await.map_err(|error| {
                tracing::error!(%error, "the sample data did not start");
                ErrorCode::Internal
            })?;
            let access = access(&sandbox);
            *self.running() = Some(sandbox);
            Ok(access)
        })
    }

    fn act<'a>(&'a self, act: SampleAct, contract: Option<&'a str>) -> Later<'a, Result<(), IpcError>> {
        Box::pin(std::future::ready(self.act_now(act, contract)))
    }

    fn stop(&self) {
        self.running().take();
    }
}

impl SampleData {
    fn act_now(&self, act: SampleAct, contract: Option<&str>) -> Result<(), IpcError> {
        let contract = contract.map(str::parse).transpose().map_err(|_| ErrorCode::BadRequest)?;
        let running = self.running();
        let sandbox = running.as_ref().ok_or(ErrorCode::NotConnected)?;
        let happens = match act {
            SampleAct::ClientSigns => Act::Sign { contract, participant: None },
            SampleAct::ClientDeclines => Act::Decline { contract, participant: None },
            SampleAct::DeadlinePasses => Act::DeadlinePasses { contract },
        };
        sandbox.act(happens).map_err(|error| refused(&error))?;
        Ok(())
    }
}

fn access(sandbox: &Sandbox) -> SampleAccess {
    let (addresses, tokens) = (sandbox.addresses(), sandbox.tokens());
    SampleAccess {
        kommo_address: addresses.kommo.clone(),
        kommo_token: tokens.kommo.clone().into(),
        oneflow_address: addresses.oneflow.clone(),
        oneflow_token: tokens.oneflow.clone().into(),
        oneflow_email: tokens.oneflow_user_email.clone(),
    }
}

fn refused(error: &ActError) -> IpcError {
    match error {
        ActError::NoPendingContract | ActError::Unknown(_) => ErrorCode::ContractGone.into(),
        ActError::NobodyToDecide | ActError::InState(_) => ErrorCode::DecisionClosed.into(),
    }
}
