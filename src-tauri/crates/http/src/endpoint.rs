//! How a call is described.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::time::Duration;

use reqwest::Method;
use serde::de::DeserializeOwned;

use crate::body::Body;

/// What a request does to the service, and so whether it may be made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something, but twice is the same as once: PUT, DELETE, PATCH with fixed values.
    Idempotent,
    /// Each time adds something, such as a contract, an invitation or a note. Never repeated by this crate. It should
    /// have a body: that is what a call whose moment passed while it connected is held back by.
    Once,
}

/// Who waits for an answer. The two have different shares of the pace (design.md §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A person looks at the screen.
    Person,
    /// A worker.
    Background,
}

/// One kind of request to one service. To add a call: a struct with its arguments, and this trait.
pub trait Endpoint: Send + Sync {
    /// A name for logs, such as `oneflow.contract.publish`.
    const NAME: &'static str;
    /// The verb.
    const METHOD: Method;
    /// Whether it may be repeated.
    const EFFECT: Effect;
    /// The shape of a successful answer. An empty body is read as JSON `null`: `Option<…>` for answers that may be
    /// empty, [`Ignored`](crate::Ignored) where the answer does not matter.
    type Answer: DeserializeOwned;

    /// The path below the client's address (`contracts/5`), or an absolute address of the same origin. Text of
    /// people goes through [`segment`](crate::segment).
    fn path(&self) -> Cow<'_, str>;

    /// Parameters, not encoded, added to whatever query [`path`](Self::path) has.
    fn query(&self) -> Vec<(Cow<'static, str>, String)> {
        Vec::new()
    }

    /// Headers besides those of the client.
    fn headers(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The body.
    fn body(&self) -> Body {
        Body::Empty
    }
}

/// How one call is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Who waits.
    pub lane: Lane,
    /// The moment of [`Time`](crate::Time) after which no attempt is started any more; what is under way then is
    /// left to finish. `None`: 5 s for [`Effect::Once`] (design.md §3), the patience of the settings for a
    /// person, no end for background reads.
    pub deadline: Option<Duration>,
}

impl Call {
    /// A call a person waits for.
    pub fn person() -> Self {
        Self { lane: Lane::Person, deadline: None }
    }

    /// A call of a worker.
    pub fn background() -> Self {
        Self { lane: Lane::Background, deadline: None }
    }

    /// The same call, not started after `deadline`.
    #[must_use]
    pub fn before(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// The last moment at which an attempt may start.
    pub(crate) fn last_start(self, effect: Effect, now: Duration, patience: Duration) -> Duration {
        let usual = match (effect, self.lane) {
            (Effect::Once, _) => now + ONCE_STARTS_WITHIN,
            (Effect::Read | Effect::Idempotent, Lane::Person) => now + patience,
            (Effect::Read | Effect::Idempotent, Lane::Background) => Duration::MAX,
        };
        self.deadline.unwrap_or(usual)
    }
}

/// A `Once` call that has not started this long after its intent is not made (design.md §3).
const ONCE_STARTS_WITHIN: Duration = Duration::from_secs(5);

/// Reads the page that a link of an answer names. The link must be of the client's own origin; its query is kept.
#[derive(Debug, Clone)]
pub struct Follow<A> {
    href: String,
    answer: PhantomData<fn() -> A>,
}

impl<A> Follow<A> {
    /// `href` as the service wrote it.
    pub fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), answer: PhantomData }
    }
}

impl<A: DeserializeOwned> Endpoint for Follow<A> {
    const NAME: &'static str = "page.follow";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = A;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.href)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_effect_and_lane_has_its_last_moment() {
        let now = Duration::from_secs(100);
        let patience = Duration::from_secs(30);
        let cases = [
            (Call::person(), Effect::Once, Duration::from_secs(105)),
            (Call::background(), Effect::Once, Duration::from_secs(105)),
            (Call::person(), Effect::Read, Duration::from_secs(130)),
            (Call::person(), Effect::Idempotent, Duration::from_secs(130)),
            (Call::background(), Effect::Read, Duration::MAX),
            (Call::background().before(Duration::from_secs(101)), Effect::Once, Duration::from_secs(101)),
        ];
        for (call, effect, expected) in cases {
            assert_eq!(call.last_start(effect, now, patience), expected, "{call:?} {effect:?}");
        }
    }
}
