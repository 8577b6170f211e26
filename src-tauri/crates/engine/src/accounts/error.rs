//! What can be wrong with what a person typed, as the decisions they can make about it.

use std::time::Duration;

use jiff::civil::Date;

use crate::health::Service;

/// Why accounts could not be connected, or were not asked in the first place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The address is not one of the service's.
    #[error("the address cannot be used")]
    AddressInvalid {
        /// As typed.
        address: String,
    },
    /// Nothing answers at the address that was typed.
    #[error("nothing answers at this address")]
    AddressUnknown,
    /// What was pasted is no token of the service.
    #[error("this is no token of {0}")]
    TokenMalformed(Service),
    /// The Kommo token has expired.
    #[error("the token has expired")]
    TokenExpired {
        /// When, in UTC.
        day: Date,
    },
    /// The service refused the token.
    #[error("{0} refused the token")]
    Unauthorized(Service),
    /// The token, or the user it speaks for, may not do that.
    #[error("{0} does not allow that")]
    Forbidden(Service),
    /// The account is not paid, or its plan does not allow it.
    #[error("the plan of {0} does not allow that")]
    Plan(Service),
    /// Kommo blocks our address for a while.
    #[error("Kommo blocks this network")]
    Blocked,
    /// No connection.
    #[error("there is no connection")]
    Offline,
    /// The computer's clock is wrong.
    #[error("the clock of this computer is wrong")]
    ClockWrong {
        /// By how much, where a service told its own time.
        minutes: Option<i64>,
    },
    /// Somebody between us and the service reads the traffic, and this computer does not trust them.
    #[error("the secure connection is not trusted")]
    TlsInspected,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The service asked to slow down.
    #[error("{service} asks to slow down")]
    Limited {
        /// Which.
        service: Service,
        /// For how long, where it said so.
        retry_after: Option<Duration>,
    },
    /// The service fails.
    #[error("{0} is in trouble")]
    Trouble(Service),
    /// The answer is not what the service is known to answer.
    #[error("{0} answered something unexpected")]
    Unreadable(Service),
    /// The token belongs to another account than the connected one.
    #[error("the token belongs to another account of {0}")]
    OtherAccount(Service),
    /// The e-mail is no active user of the Oneflow account.
    #[error("Oneflow does not know this user")]
    UserUnknown {
        /// As typed.
        email: String,
    },
    /// A field could not be created; an administrator must.
    #[error("an administrator must create the field {field}")]
    NeedsAdministrator {
        /// Its name.
        field: String,
    },
    /// The template is switched off.
    #[error("the template is switched off")]
    TemplateInactive {
        /// Its name.
        template: String,
    },
    /// The file is not a set-up of Countersign, or of a later version.
    #[error("this is no set-up file")]
    NotASetupFile,
}

impl SetupError {
    /// What a call that failed means for the person in front of the screen. Total.
    pub fn of(service: Service, error: &http::Error) -> Self {
        use http::Error;
        match error {
            Error::NotSent(cause) => Self::of_cause(service, *cause),
            Error::Lost(http::Loss::TimedOut) => Self::TimedOut,
            Error::Lost(http::Loss::Cut) | Error::Failed(_) | Error::Storage { .. } => Self::Trouble(service),
            Error::Unreadable(_) | Error::Conflict(_) | Error::Redirected { .. } => Self::Unreadable(service),
            Error::Limited { retry_after } => Self::Limited { service, retry_after: *retry_after },
            Error::Blocked => Self::Blocked,
            Error::Refused(refusal) => match refusal.status {
                401 => Self::Unauthorized(service),
                402 => Self::Plan(service),
                403 => Self::Forbidden(service),
                _ => Self::Unreadable(service),
            },
        }
    }

    /// The same for an address that a person typed: a name that is not found is then most likely misspelled.
    pub(super) fn of_typed(service: Service, error: &http::Error) -> Self {
        match error {
            http::Error::NotSent(http::Cause::Dns | http::Cause::Connect) => Self::AddressUnknown,
            other => Self::of(service, other),
        }
    }

    fn of_cause(service: Service, cause: http::Cause) -> Self {
        use http::{Cause, TlsFault};
        match cause {
            Cause::Offline | Cause::Dns | Cause::Connect => Self::Offline,
            Cause::ConnectTimedOut | Cause::Deadline => Self::TimedOut,
            Cause::Tls(TlsFault::Clock) => Self::ClockWrong { minutes: None },
            Cause::Tls(TlsFault::UnknownIssuer | TlsFault::WrongHost) | Cause::NoTrustRoots => {
                Self::TlsInspected
            }
            Cause::Tls(TlsFault::Other) => Self::Trouble(service),
            Cause::Paused { .. } => Self::Limited { service, retry_after: None },
            Cause::Blocked { .. } => Self::Blocked,
            Cause::ForeignHost | Cause::Malformed => Self::Unreadable(service),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{Cause, Error, Loss, Redacted, Refusal, TlsFault};

    use super::*;

    fn refused(status: u16) -> Error {
        Error::Refused(Refusal {
            status,
            problem: None,
            body: Redacted::default(),
            request_id: None,
            retry_after: None,
        })
    }

    #[test]
    fn every_failure_has_words_of_its_own() {
        use Service::{Kommo, Oneflow};
        for (service, error, expected) in [
            (Kommo, refused(401), SetupError::Unauthorized(Kommo)),
            (Oneflow, refused(401), SetupError::Unauthorized(Oneflow)),
            (Kommo, refused(402), SetupError::Plan(Kommo)),
            (Oneflow, refused(403), SetupError::Forbidden(Oneflow)),
            (Kommo, refused(404), SetupError::Unreadable(Kommo)),
            (Kommo, Error::Blocked, SetupError::Blocked),
            (Kommo, Error::NotSent(Cause::Offline), SetupError::Offline),
            (Kommo, Error::NotSent(Cause::Dns), SetupError::Offline),
            (Kommo, Error::NotSent(Cause::Tls(TlsFault::UnknownIssuer)), SetupError::TlsInspected),
            (Kommo, Error::NotSent(Cause::Tls(TlsFault::Clock)), SetupError::ClockWrong { minutes: None }),
            (Kommo, Error::Lost(Loss::TimedOut), SetupError::TimedOut),
            (Oneflow, Error::Lost(Loss::Cut), SetupError::Trouble(Oneflow)),
            (Oneflow, Error::Redirected { status: 302, host: None }, SetupError::Unreadable(Oneflow)),
            (
                Oneflow,
                Error::Limited { retry_after: None },
                SetupError::Limited { service: Oneflow, retry_after: None },
            ),
        ] {
            assert_eq!(SetupError::of(service, &error), expected, "{error}");
        }
    }

    #[test]
    fn a_name_that_is_not_found_is_misspelled_only_if_it_was_typed() {
        let error = Error::NotSent(Cause::Dns);
        assert_eq!(SetupError::of_typed(Service::Kommo, &error), SetupError::AddressUnknown);
        assert_eq!(SetupError::of(Service::Kommo, &error), SetupError::Offline);
    }
}
