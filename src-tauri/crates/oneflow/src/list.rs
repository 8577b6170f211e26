//! Lists: the envelope, the walk through the pages, and rows that cannot be read.

use std::borrow::Cow;

use http::{Call, Effect, Endpoint, Error, Method, OffsetPages, Step};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::client::Oneflow;
use crate::filter::Query;

/// 100 rows a page is the most; an offset beyond 19,900 is refused (`api/oneflow.md §1.3`). Pages share ten rows.
const PAGES: OffsetPages = OffsetPages { limit: 100, overlap: 10, last_offset: 19_900 };

/// One page as it comes. Rows are read one by one, so that an odd one does not hide the others.
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope {
    data: Vec<serde_json::Value>,
    #[serde(default)]
    count: Option<u64>,
}

/// A row that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OddRow {
    /// Its id, where at least that can be read.
    pub(crate) id: Option<i64>,
}

/// One page of rows of type `T`.
pub(crate) struct Page<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) odd: Vec<OddRow>,
    pub(crate) count: Option<u64>,
    /// What comes after this page.
    pub(crate) next: Step,
}

/// All rows of a list.
pub(crate) struct WholeList<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) odd: Vec<OddRow>,
    /// `false`: there are rows that the service does not show.
    pub(crate) is_complete: bool,
}

struct ListPage<'a> {
    path: &'a str,
    query: &'a Query,
    limit: u32,
    offset: u32,
}

impl Endpoint for ListPage<'_> {
    const NAME: &'static str = "oneflow.list";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = Envelope;

    fn path(&self) -> Cow<'_, str> {
        self.path.into()
    }

    fn query(&self) -> Query {
        let mut query = self.query.clone();
        query.push(("limit".into(), self.limit.to_string()));
        query.push(("offset".into(), self.offset.to_string()));
        query
    }
}

impl Oneflow {
    /// Reads the page that starts at `offset`.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query,
        offset: u32,
        call: Call,
    ) -> Result<Page<T>, Error> {
        let endpoint = ListPage { path, query, limit: PAGES.limit, offset };
        let Envelope { data, count } = self.call(endpoint, call).await?.answer;
        let next = PAGES.after(offset, data.len(), count);
        let (mut rows, mut odd) = (Vec::new(), Vec::new());
        for value in data {
            let id = value.get("id").and_then(serde_json::Value::as_i64);
            match serde_path_to_error::deserialize(value) {
                Ok(row) => rows.push(row),
                Err(error) => {
                    // Only where: the error itself quotes the value, which may be a name.
                    tracing::warn!(list.path = path, row.id = id, row.part = %error.path(), "a row cannot be read");
                    odd.push(OddRow { id });
                }
            }
        }
        Ok(Page { rows, odd, count, next })
    }

    /// Reads all pages. Rows that stand on two pages come twice.
    pub(crate) async fn all_rows<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query,
        call: Call,
    ) -> Result<WholeList<T>, Error> {
        let (mut rows, mut odd) = (Vec::new(), Vec::new());
        let mut offset = 0;
        loop {
            let page = self.page(path, query, offset, call).await?;
            rows.extend(page.rows);
            odd.extend(page.odd);
            match page.next {
                Step::Page { offset: next } => offset = next,
                Step::End => return Ok(WholeList { rows, odd, is_complete: true }),
                Step::CannotTell => return Ok(WholeList { rows, odd, is_complete: false }),
            }
        }
    }

    /// All rows of a short list that is shown; those that cannot be read are left out and counted.
    pub(crate) async fn shown_rows<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query,
        call: Call,
    ) -> Result<Vec<T>, Error> {
        let WholeList { rows, odd, .. } = self.all_rows(path, query, call).await?;
        self.note_odd_rows(path, odd.len());
        Ok(rows)
    }

    /// How many rows a list says it has, without reading them.
    pub(crate) async fn count(&self, path: &str, query: &Query, call: Call) -> Result<Option<u64>, Error> {
        let endpoint = ListPage { path, query, limit: 1, offset: 0 };
        Ok(self.call(endpoint, call).await?.answer.count)
    }
}
