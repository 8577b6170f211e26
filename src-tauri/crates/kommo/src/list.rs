//! Reading lists, page by page.
//!
//! Pages are asked for by number, and `_links.next` only says whether there is one more: the numbers are documented,
//! and a link of an answer would be one more thing that can lead elsewhere.

use std::{borrow::Cow, marker::PhantomData};

use http::{ApiClient, BodyFault, Call, Endpoint, Error, Method, Redacted, Unreadable};

use crate::wire::hal::{Collection, Page};

/// How many ids go into one filter: more make addresses that proxies cut (`api/kommo.md §7.1`).
pub(crate) const IDS: usize = 50;

/// 250,000 rows. A list that is longer repeats itself.
const MOST_PAGES: u32 = 1_000;

pub(crate) type Query = Vec<(Cow<'static, str>, String)>;

/// `filter[id][]=…` once for each id.
pub(crate) fn ids(ids: impl IntoIterator<Item = i64>) -> Query {
    ids.into_iter().map(|id| (Cow::Borrowed("filter[id][]"), id.to_string())).collect()
}

/// One page of a list. A 204 answers an empty one (`api/kommo.md §2`).
pub(crate) struct ReadPage<C> {
    path: Cow<'static, str>,
    query: Query,
    collection: PhantomData<fn() -> C>,
}

impl<C: Collection> ReadPage<C> {
    pub(crate) fn new(path: impl Into<Cow<'static, str>>, query: Query) -> Self {
        Self { path: path.into(), query, collection: PhantomData }
    }
}

impl<C: Collection> Endpoint for ReadPage<C> {
    const NAME: &'static str = C::NAME;
    const METHOD: Method = Method::GET;
    const EFFECT: http::Effect = http::Effect::Read;
    type Answer = Option<Page<C>>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.path)
    }

    fn query(&self) -> Query {
        self.query.clone()
    }
}

/// All rows of a list. Never a part of one: a list without an end is an error.
pub(crate) async fn read_all<C: Collection>(
    client: &ApiClient,
    path: impl Into<Cow<'static, str>>,
    query: Query,
    call: Call,
) -> Result<Vec<C::Row>, Error> {
    let mut rows = Vec::new();
    let path = path.into();
    for page in 1..=MOST_PAGES {
        let mut query = query.clone();
        query.push((Cow::Borrowed("limit"), C::LIMIT.to_string()));
        query.push((Cow::Borrowed("page"), page.to_string()));
        let reply = client.call(&ReadPage::<C>::new(path.clone(), query), call).await?;
        let Some(answer) = reply.answer else { return Ok(rows) };
        let has_next = answer.has_next();
        let found = answer.rows();
        let is_last = found.is_empty() || !has_next;
        rows.extend(found);
        if is_last {
            return Ok(rows);
        }
    }
    Err(without_end())
}

/// A success that does not show what it must show at `path`.
pub(crate) fn unexpected(path: &str) -> Error {
    Error::Unreadable(Unreadable {
        status: 200,
        path: path.to_owned(),
        fault: BodyFault::Shape,
        body: Redacted::default(),
    })
}

/// A list whose pages never end.
pub(crate) fn without_end() -> Error {
    unexpected("_links.next")
}
