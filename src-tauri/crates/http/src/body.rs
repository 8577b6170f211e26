//! The body of a request, and the gate that keeps a late one from leaving.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use serde::Serialize;

use crate::time::Time;

/// The body of a request.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// JSON, already written.
    Json(Vec<u8>),
    /// Anything else, such as a part of a file.
    Raw {
        /// Its media type.
        content_type: &'static str,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

impl Body {
    /// `value` as JSON.
    pub fn json(value: &impl Serialize) -> Self {
        Self::Json(serde_json::to_vec(value).expect("BUG: wire shapes have text keys and plain values"))
    }

    pub(crate) fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::Json(_) => Some("application/json"),
            Self::Raw { content_type, .. } => Some(content_type),
        }
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::Json(bytes) | Self::Raw { bytes, .. } => Bytes::from(bytes),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(bytes) => write!(f, "Json(<{} bytes>)", bytes.len()),
            Self::Raw { content_type, bytes } => write!(f, "Raw({content_type}, <{} bytes>)", bytes.len()),
        }
    }
}

/// What the transport tells about a body: whether the network ever asked for it.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    opened: Arc<AtomicBool>,
}

impl Gate {
    /// `false` means that no byte of the body left, so that the request cannot have had an effect.
    pub(crate) fn was_opened(&self) -> bool {
        self.opened.load(Ordering::SeqCst)
    }
}

/// The whole body in one piece, handed over only if the deadline has not passed when the connection is ready.
///
/// Looking at the clock before the call is not enough: name lookup, connect and handshake take seconds, and the
/// machine can sleep in the middle of them. The connection asks for the body after all that, and nothing of the
/// request is written before it did. Neither reqwest nor hyper can copy such a body, so that neither can repeat the
/// request on its own.
pub(crate) struct GatedBody {
    bytes: Option<Bytes>,
    gate: Gate,
    deadline: Duration,
    time: Arc<dyn Time>,
}

impl GatedBody {
    pub(crate) fn new(bytes: Bytes, deadline: Duration, time: Arc<dyn Time>) -> (Self, Gate) {
        let gate = Gate::default();
        (Self { bytes: Some(bytes), gate: gate.clone(), deadline, time }, gate)
    }
}

/// The connection was ready after the deadline.
#[derive(Debug, thiserror::Error)]
#[error("the deadline passed before the request could start")]
pub(crate) struct TooLate;

impl http_body::Body for GatedBody {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TooLate>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        if self.time.now() > self.deadline {
            return Poll::Ready(Some(Err(TooLate)));
        }
        self.gate.opened.store(true, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
