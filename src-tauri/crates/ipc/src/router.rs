//! Takes a call by its name to its handler.

use std::{panic::AssertUnwindSafe, sync::Arc};

use engine::app::App;
use futures::FutureExt as _;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::sync::broadcast;
use tracing::Instrument as _;

use crate::{
    command::with_commands,
    dto::{
        ActivityPage, ActivityQuery, AppState, BatchDto, BatchRef, ContractDto, ContractRequest,
        ContractsPage, ContractsQuery, DealDetail, DealFilters, DealRequest, DealsPage, DealsQuery,
        FinishRequest, KommoTest, KommoTestRequest, Link, NeedDto, Nothing, OneflowTest, OneflowTestRequest,
        PeopleChoice, Preferences, PreviewDto, PreviewRequest, Proposal, ProposalRequest,
        ReplaceTokenRequest, SampleActRequest, SavedFile, SendDto, SendRef, SendRequest, SendSeveralRequest,
        SetAsideAnswer, SetAsideBeforeRequest, SetAsideRequest, SettingsDto, SettleContractRequest,
        SettleRequest, SetupFile, SourceChoices, TemplateChoice, UiEvent, WriteBackRequest,
    },
    error::{ErrorCode, IpcError},
    handlers,
    outside::{Desktop, Sample},
    telling,
};

/// The whole app behind the line. Cheap to clone.
#[derive(Clone)]
pub struct Router {
    pub(crate) app: App,
    pub(crate) desktop: Arc<dyn Desktop>,
    pub(crate) sample: Arc<dyn Sample>,
    pub(crate) told: broadcast::Sender<UiEvent>,
}

impl Router {
    /// Puts the app, the desktop and the sample data together.
    pub fn new(app: App, desktop: Arc<dyn Desktop>, sample: Arc<dyn Sample>) -> Self {
        Self { app, desktop, sample, told: broadcast::Sender::new(1024) }
    }

    /// Calls a command by its name.
    ///
    /// What a handler answers is for the web view, so neither payload nor answer is ever logged.
    pub async fn call(&self, command: &str, payload: Value) -> Result<Value, IpcError> {
        macro_rules! dispatch {
            ($($name:ident($request:ty) -> $answer:ty,)+) => {
                match command {
                    $(stringify!($name) => answer::<$request, $answer, _>(payload, |request| handlers::$name(self, request)).await,)+
                    _ => Err(ErrorCode::BadRequest.into()),
                }
            };
        }
        // Everything that is logged on behalf of this call carries it.
        let incident = self.app.new_incident();
        let span = tracing::info_span!("command", command, incident);
        async {
            // Without an answer the web view would wait for ever. What was about to be stored is stored whole or not
            // at all, so what a panic leaves behind can be used.
            let handled = AssertUnwindSafe(async { with_commands!(dispatch) }).catch_unwind().await;
            let mut outcome = handled.unwrap_or_else(|_| Err(ErrorCode::Internal.into()));
            if let Err(error) = &mut outcome {
                error.incident = error.code.is_unexpected().then(|| incident.clone());
                tracing::info!(error.code = ?error.code, "a command was not carried out");
            }
            outcome
        }
        .instrument(span.clone())
        .await
    }

    /// What Rust tells the web view without being asked, from now on.
    pub fn events(&self) -> broadcast::Receiver<UiEvent> {
        self.told.subscribe()
    }

    /// Tells the web view and the desktop what happens, as long as the app runs.
    pub async fn tell_what_happens(self) {
        telling::run(&self).await;
    }

    /// Shows a contract: its notification was clicked.
    pub fn show(&self, contract: String) {
        self.tell(UiEvent::Show { contract });
    }

    /// The app behind it.
    pub fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn tell(&self, event: UiEvent) {
        // No window listens while the app starts: that is no error.
        let _ = self.told.send(event);
    }
}

async fn answer<Request, Answer, Handling>(
    payload: Value,
    handle: impl FnOnce(Request) -> Handling,
) -> Result<Value, IpcError>
where
    Request: DeserializeOwned,
    Answer: Serialize,
    Handling: Future<Output = Result<Answer, IpcError>>,
{
    let request = serde_json::from_value(payload).map_err(|error| {
        // The message of serde can quote what was typed.
        tracing::error!(line = error.line(), column = error.column(), "a request does not fit its command");
        IpcError::new(ErrorCode::BadRequest)
    })?;
    // On the heap: else every call would carry the largest of all handlers through each future around it, on the stack.
    let answer = Box::pin(handle(request)).await?;
    serde_json::to_value(answer).map_err(|_| ErrorCode::Internal.into())
}

#[cfg(test)]
mod tests;
