//! Going through a long list that people change meanwhile.
//!
//! Pages by number lose rows: a deal that is edited moves to the end of a list sorted by change, and the row after a
//! page's end slips onto the page already read. So a walk goes on from the last time of change it saw, not from a page
//! number; a page number is used only among rows of one second, and where Kommo did not sort or filter as asked.

use std::{borrow::Cow, collections::HashSet, fmt, pin::Pin, sync::Arc};

use domain::Timestamp;
use http::{Call, Error};

use crate::{
    client::Kommo,
    list::{Query, ReadPage, without_end},
    odd::Tolerant,
    wire::hal::Collection,
};

/// What a row is and when it last changed: enough to know it again.
pub(crate) type Place = (i64, Timestamp);

type Reading<T> = Pin<Box<dyn Future<Output = Result<(Vec<T>, bool), Error>> + Send>>;

/// A list read in pieces, so that progress can be shown and work stopped between two pages.
///
/// A row that changes during the walk can come twice, the second time with its new values.
pub struct Walk<T> {
    read: Box<dyn Fn(Query, Call) -> Reading<T> + Send + Sync>,
    query: Query,
    place: fn(&T) -> Place,
    /// Kommo ignores filters it does not understand (`api/kommo.md §2`), so every row is checked again here.
    is_wanted: Box<dyn Fn(&T) -> bool + Send + Sync>,
    cursor: Option<Cursor>,
    seen: HashSet<Place>,
}

impl<T: 'static> Walk<T> {
    /// Rows of `path` that changed since `since`, in the order of their changes.
    pub(crate) fn new<C: Collection>(
        kommo: &Kommo,
        path: &'static str,
        query: Query,
        since: Option<Timestamp>,
        place: fn(&T) -> Place,
        is_wanted: impl Fn(&T) -> bool + Send + Sync + 'static,
    ) -> Self
    where
        C::Row: Into<T>,
    {
        let (client, odd) = (kommo.client.clone(), Arc::clone(&kommo.odd));
        let read = move |mut query: Query, call| -> Reading<T> {
            let (client, odd) = (client.clone(), Arc::clone(&odd));
            query.push((Cow::Borrowed("limit"), C::LIMIT.to_string()));
            Box::pin(async move {
                let reply = client.call(&ReadPage::<Tolerant<C>>::new(path, query), call).await?;
                let Some(page) = reply.answer else { return Ok((Vec::new(), false)) };
                let has_next = page.has_next();
                let rows = odd.sort_out::<C>(page.rows())?;
                Ok((rows.into_iter().map(Into::into).collect(), has_next))
            })
        };
        Self {
            read: Box::new(read),
            query,
            place,
            is_wanted: Box::new(is_wanted),
            cursor: Some(Cursor::start(since)),
            seen: HashSet::new(),
        }
    }

    /// The next rows, perhaps none of them new; `None` at the end. After an error the same page is read again.
    pub async fn next(&mut self, call: Call) -> Result<Option<Vec<T>>, Error> {
        let Some(cursor) = self.cursor else { return Ok(None) };
        let mut query = self.query.clone();
        query.extend(cursor.query());
        let (rows, has_next) = (self.read)(query, call).await?;
        let times: Vec<i64> = rows.iter().map(|row| (self.place)(row).1.as_second()).collect();
        self.cursor = cursor.after(&times, has_next)?;
        let rows =
            rows.into_iter().filter(|row| (self.is_wanted)(row) && self.seen.insert((self.place)(row)));
        Ok(Some(rows.collect()))
    }

    /// Everything that is left.
    pub async fn all(mut self, call: Call) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(rows) = self.next(call).await? {
            all.extend(rows);
        }
        Ok(all)
    }
}

impl<T> fmt::Debug for Walk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

/// Where a walk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    /// Unix seconds of the earliest change that is asked for.
    from: Option<i64>,
    page: u32,
    /// Kommo did not sort or filter as asked: page numbers are all there is.
    is_plain: bool,
}

/// 250,000 rows changed in one second, or not sorted at all.
const MOST_PAGES: u32 = 1_000;

impl Cursor {
    /// Guess: whether the filter includes its ends is not known (`api/kommo.md §5.3`); one second of overlap makes
    /// both right.
    fn start(since: Option<Timestamp>) -> Self {
        Self { from: since.map(|since| since.as_second() - 1), page: 1, is_plain: false }
    }

    fn query(self) -> Query {
        let mut query: Query = vec![
            (Cow::Borrowed("order[updated_at]"), "asc".to_owned()),
            (Cow::Borrowed("page"), self.page.to_string()),
        ];
        query.extend(self.from.map(|from| (Cow::Borrowed("filter[updated_at][from]"), from.to_string())));
        query
    }

    /// What to ask after a page whose rows changed at `times`.
    fn after(self, times: &[i64], has_next: bool) -> Result<Option<Self>, Error> {
        let (Some(first), Some(last), true) = (times.first(), times.last(), has_next) else {
            return Ok(None);
        };
        if self.page >= MOST_PAGES {
            return Err(without_end());
        }
        let is_as_asked = times.is_sorted() && self.from.is_none_or(|from| *first >= from);
        let next_page = Self { page: self.page + 1, is_plain: self.is_plain || !is_as_asked, ..self };
        if next_page.is_plain {
            return Ok(Some(next_page));
        }
        let from = last - 1;
        let moves_on = self.from.is_none_or(|before| from > before);
        Ok(Some(if moves_on { Self { from: Some(from), page: 1, is_plain: false } } else { next_page }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(from: i64, page: u32, is_plain: bool) -> Cursor {
        Cursor { from: Some(from), page, is_plain }
    }

    #[test]
    fn a_walk_goes_on_from_the_last_change_it_saw() {
        let start = Cursor { from: None, page: 1, is_plain: false };
        for (cursor, times, has_next, expected, why) in [
            (start, &[][..], true, None, "an empty page is the end"),
            (start, &[5, 6], false, None, "no further page is the end"),
            (start, &[5, 6], true, Some(at(5, 1, false)), "one second of overlap"),
            (at(5, 1, false), &[5, 6, 9], true, Some(at(8, 1, false)), "onward"),
            (
                at(8, 1, false),
                &[8, 9, 9],
                true,
                Some(at(8, 2, false)),
                "a whole page of one second: by number",
            ),
            (at(8, 2, false), &[9, 9, 12], true, Some(at(11, 1, false)), "and out of it again"),
            (start, &[7, 5], true, Some(Cursor { from: None, page: 2, is_plain: true }), "not sorted"),
            (at(8, 1, false), &[3, 9], true, Some(at(8, 2, true)), "not filtered"),
            (at(8, 2, true), &[8, 20], true, Some(at(8, 3, true)), "once plain, always plain"),
        ] {
            assert_eq!(cursor.after(times, has_next).unwrap(), expected, "{why}");
        }
        assert!(at(8, MOST_PAGES, true).after(&[8], true).is_err(), "a list without an end");
    }

    #[test]
    fn the_start_is_a_second_early() {
        let since = Timestamp::from_second(100).unwrap();
        assert_eq!(Cursor::start(Some(since)), at(99, 1, false));
        assert_eq!(Cursor::start(None).from, None);
    }
}
