//! Errors of the engine as codes with slots. The words are in the interface.

use engine::{
    EngineError,
    accounts::SetupError,
    error::{StoreError, VaultError},
    health::Service,
};

use crate::error::{ErrorCode, IpcError};

impl From<EngineError> for IpcError {
    fn from(error: EngineError) -> Self {
        Self::from(&error)
    }
}

impl From<&EngineError> for IpcError {
    fn from(error: &EngineError) -> Self {
        match error {
            EngineError::Store(error) => store(error),
            EngineError::Call { service, error } => setup(&SetupError::of(*service, error)),
            EngineError::Vault(error) => vault(error),
            EngineError::File(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                ErrorCode::DiskFull.into()
            }
            EngineError::File(_) => ErrorCode::FileTrouble.into(),
            EngineError::NotConnected => ErrorCode::NotConnected.into(),
            EngineError::AlreadyRunning => ErrorCode::AlreadyRunning.into(),
            EngineError::DealGone => ErrorCode::DealGone.into(),
            EngineError::ContractGone => ErrorCode::ContractGone.into(),
            EngineError::AlreadySent { contract, state } => {
                let state =
                    serde_json::to_value(state).ok().and_then(|word| word.as_str().map(str::to_owned));
                let error = Self::new(ErrorCode::AlreadySent).with("contract", contract);
                error.with("state", state.unwrap_or_default())
            }
            EngineError::AlreadySending(send) => Self::new(ErrorCode::AlreadySending).with("send", send),
            EngineError::PreviewChanged => ErrorCode::PreviewChanged.into(),
            EngineError::PreviewBlocked => ErrorCode::PreviewBlocked.into(),
            EngineError::TooLateToUndo => ErrorCode::TooLateToUndo.into(),
            EngineError::DecisionClosed => ErrorCode::DecisionClosed.into(),
            EngineError::TemplateGone => ErrorCode::TemplateGone.into(),
            EngineError::PdfNotReady => ErrorCode::PdfNotReady.into(),
            EngineError::Setup(error) => setup(error),
            EngineError::BadRequest => ErrorCode::BadRequest.into(),
        }
    }
}

fn store(error: &StoreError) -> IpcError {
    match error {
        StoreError::NewerDatabase { .. } => ErrorCode::DatabaseNewer.into(),
        StoreError::Damaged => ErrorCode::DatabaseDamaged.into(),
        StoreError::Full => ErrorCode::DiskFull.into(),
        // The profile was closed while the question was on its way.
        StoreError::Closed => ErrorCode::NotConnected.into(),
        other => {
            // The person can do nothing about it; whoever reads the log must be able to.
            tracing::error!(error = other as &dyn std::error::Error, "the store failed");
            ErrorCode::Internal.into()
        }
    }
}

fn vault(error: &VaultError) -> IpcError {
    match error {
        VaultError::Absent(_) => ErrorCode::KeychainAbsent.into(),
        VaultError::Locked(_) | VaultError::TimedOut => ErrorCode::KeychainLocked.into(),
        VaultError::Damaged(_) | VaultError::Refused(_) | VaultError::Unfit => {
            ErrorCode::KeychainRefused.into()
        }
    }
}

fn setup(error: &SetupError) -> IpcError {
    let of_service = |kommo: ErrorCode, oneflow: ErrorCode, service: &Service| -> IpcError {
        match service {
            Service::Kommo => kommo.into(),
            Service::Oneflow => oneflow.into(),
        }
    };
    match error {
        SetupError::AddressInvalid { address } => {
            IpcError::new(ErrorCode::AddressInvalid).with("address", address)
        }
        SetupError::AddressUnknown => ErrorCode::AddressUnknown.into(),
        SetupError::TokenMalformed(service) => {
            of_service(ErrorCode::KommoTokenMalformed, ErrorCode::OneflowTokenMalformed, service)
        }
        SetupError::TokenExpired { day } => IpcError::new(ErrorCode::KommoTokenExpired).with("day", day),
        SetupError::Unauthorized(service) => {
            of_service(ErrorCode::KommoUnauthorized, ErrorCode::OneflowUnauthorized, service)
        }
        SetupError::Forbidden(service) => {
            of_service(ErrorCode::KommoForbidden, ErrorCode::OneflowForbidden, service)
        }
        SetupError::Plan(service) => of_service(ErrorCode::KommoPlan, ErrorCode::OneflowPlan, service),
        SetupError::Blocked => ErrorCode::KommoBlocked.into(),
        SetupError::Offline => ErrorCode::Offline.into(),
        SetupError::ClockWrong { minutes } => {
            let error = IpcError::new(ErrorCode::ClockWrong);
            error.with("minutes", minutes.map(|minutes| minutes.to_string()).unwrap_or_default())
        }
        SetupError::TlsInspected => ErrorCode::TlsInspected.into(),
        SetupError::TimedOut => ErrorCode::TimedOut.into(),
        SetupError::Limited { service, retry_after } => {
            let mut error = IpcError::new(ErrorCode::RateLimited).with("service", service);
            error.retry_after_ms =
                retry_after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
            error
        }
        SetupError::Trouble(service) => IpcError::new(ErrorCode::ServiceTrouble).with("service", service),
        SetupError::Unreadable(service) => {
            IpcError::new(ErrorCode::AnswerUnreadable).with("service", service)
        }
        SetupError::OtherAccount(service) => {
            of_service(ErrorCode::KommoOtherAccount, ErrorCode::OneflowOtherAccount, service)
        }
        SetupError::UserUnknown { email } => {
            IpcError::new(ErrorCode::OneflowUserUnknown).with("email", email)
        }
        SetupError::NeedsAdministrator { field } => {
            IpcError::new(ErrorCode::NeedsAdministrator).with("field", field)
        }
        SetupError::TemplateInactive { template } => {
            IpcError::new(ErrorCode::TemplateInactive).with("template", template)
        }
        SetupError::NotASetupFile => ErrorCode::NotASetupFile.into(),
    }
}
