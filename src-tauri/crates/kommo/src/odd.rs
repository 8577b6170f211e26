//! Rows of lists that cannot be read: they do not hide the others, and they are counted, so that it can be said how many
//! are missing.
//!
//! Only for lists that are shown. Where a missing row would be taken for "not there" (a note that is looked for before
//! it is written), one odd row makes the whole list unreadable.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

use http::Error;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    list::unexpected,
    wire::{hal::Collection, lenient},
};

/// From so many rows on, a page without a readable one is an answer of another shape, and not a list of odd rows.
const SHAPE_CHANGED: usize = 3;

/// The same list, read row by row.
pub(crate) struct Tolerant<C>(PhantomData<fn() -> C>);

impl<C: Collection> Collection for Tolerant<C> {
    const NAME: &'static str = C::NAME;
    const KEY: &'static str = C::KEY;
    const LIMIT: u32 = C::LIMIT;
    type Row = Tried<C::Row>;
}

/// A row that could be read, or not.
pub(crate) struct Tried<R> {
    /// Its id; where even that cannot be read, a number that only an equal row has.
    name: String,
    row: Option<R>,
}

impl<'de, R: DeserializeOwned> Deserialize<'de> for Tried<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let name =
            value.get("id").and_then(lenient::whole).map_or_else(|| digest(&value), |id| id.to_string());
        let row = serde_path_to_error::deserialize(value)
            .inspect_err(|error| {
                // Only where: the error itself quotes the value, which may be a name.
                tracing::warn!(row.id = name, row.part = %error.path(), "a row of a list cannot be read");
            })
            .ok();
        Ok(Self { name, row })
    }
}

fn digest(value: &Value) -> String {
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    format!("#{:x}", hasher.finish())
}

/// The odd rows of each list that were not readable when they were last seen.
#[derive(Debug, Default)]
pub(crate) struct OddRows(Mutex<BTreeMap<&'static str, BTreeSet<String>>>);

impl OddRows {
    /// The readable ones of `rows`; the others are remembered.
    pub(crate) fn sort_out<C: Collection>(&self, rows: Vec<Tried<C::Row>>) -> Result<Vec<C::Row>, Error> {
        if rows.len() >= SHAPE_CHANGED && rows.iter().all(|tried| tried.row.is_none()) {
            return Err(unexpected(C::KEY));
        }
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let odd = lists.entry(C::KEY).or_default();
        Ok(rows
            .into_iter()
            .filter_map(|tried| {
                if tried.row.is_some() {
                    odd.remove(&tried.name)
                } else {
                    odd.insert(tried.name)
                };
                tried.row
            })
            .collect())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().map(BTreeSet::len).sum()
    }

    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "lenient::integer")]
        id: i64,
    }

    struct Rows;

    impl Collection for Rows {
        const NAME: &'static str = "test.list";
        const KEY: &'static str = "rows";
        type Row = Row;
    }

    /// Ids of what could be read of the rows, if it was taken for a list at all.
    fn read(odd: &OddRows, rows: &str) -> Option<Vec<i64>> {
        let rows: Vec<Tried<Row>> = serde_json::from_str(rows).unwrap();
        odd.sort_out::<Rows>(rows).ok().map(|rows| rows.into_iter().map(|row| row.id).collect())
    }

    #[test]
    fn an_odd_row_is_counted_until_it_can_be_read() {
        let odd = OddRows::default();
        for (rows, readable, count) in [
            (r#"[{"id":1},{"id":"2"},{"id":{}}]"#, Some(vec![1, 2]), 1),
            (r#"[{"id":{}},{"id":3}]"#, Some(vec![3]), 1),
            (r#"[{"id":{}},{"id":[]}]"#, Some(vec![]), 2),
            ("[7,null]", Some(vec![]), 4),
            (r#"[{"id":{}},{"id":[]},5]"#, None, 4),
            ("[]", Some(vec![]), 4),
        ] {
            assert_eq!(read(&odd, rows), readable, "{rows}");
            assert_eq!(odd.count(), count, "{rows}");
        }
        odd.forget();
        assert_eq!(odd.count(), 0);
    }

    #[test]
    fn a_row_that_was_mended_is_not_counted_any_more() {
        #[derive(Deserialize)]
        struct Named {
            #[serde(rename = "name")]
            _name: String,
        }
        struct Names;
        impl Collection for Names {
            const NAME: &'static str = "test.names";
            const KEY: &'static str = "names";
            type Row = Named;
        }
        let odd = OddRows::default();
        for (rows, count) in [
            (r#"[{"id":1,"name":"a"},{"id":2,"name":{}}]"#, 1),
            (r#"[{"id":2,"name":{}}]"#, 1),
            (r#"[{"id":2,"name":"b"}]"#, 0),
        ] {
            let tried: Vec<Tried<Named>> = serde_json::from_str(rows).unwrap();
            assert!(odd.sort_out::<Names>(tried).is_ok());
            assert_eq!(odd.count(), count, "{rows}");
        }
    }
}
