//! "Explore with sample data": two accounts of the sandbox, set up without questions.

use std::fmt;

use secrecy::SecretString;

use super::{App, Place};
use crate::{EngineError, accounts};

/// Where the sandbox answers, and what opens it. Its tokens live as long as the process.
#[derive(Clone)]
pub struct SampleAccess {
    /// On this machine.
    pub kommo_address: String,
    /// Made when the sandbox started.
    pub kommo_token: SecretString,
    /// On this machine.
    pub oneflow_address: String,
    /// Made when the sandbox started.
    pub oneflow_token: SecretString,
    /// The sample's user, in Kommo and in Oneflow.
    pub oneflow_email: String,
}

impl fmt::Debug for SampleAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampleAccess").field("kommo", &self.kommo_address).finish_non_exhaustive()
    }
}

impl App {
    /// Opens the sample data, made afresh, in place of what is open.
    pub async fn open_sample(&self, access: SampleAccess) -> Result<(), EngineError> {
        *self.shared.sample.write().expect("BUG: nothing panics while it holds this lock") =
            [&access.kommo_address, &access.oneflow_address].map(Clone::clone).to_vec();
        self.close_profile().await;
        let opened = self.begin_sample(access).await;
        if opened.is_err() {
            self.open_last().await;
        }
        opened
    }

    async fn begin_sample(&self, access: SampleAccess) -> Result<(), EngineError> {
        let place = Place::sample(&self.shared.data);
        place.empty(&place.lock()?)?;
        accounts::connect_sample(self, place, access).await
    }
}
