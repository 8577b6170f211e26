//! How values of the domain stand in columns, and the two ways to read rows.

use std::{fmt, str::FromStr};

use domain::Timestamp;
use rusqlite::{
    Connection, Params, Result, Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::{
    Serialize,
    de::{DeserializeOwned, value::StrDeserializer},
};

use crate::error::StoreError;

/// An instant as milliseconds UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Millis(pub(crate) Timestamp);

/// A value as JSON text.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// A variant without contents as its word.
#[derive(Debug)]
pub(crate) struct Word<T>(pub(crate) T);

/// A value as the text that it prints and reads back.
#[derive(Debug)]
pub(crate) struct Printed<T>(pub(crate) T);

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?).map(Self).map_err(FromSqlError::other)
    }
}

impl ToSql for Millis {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(Into::into).map_err(|problem| rusqlite::Error::ToSqlConversionFailure(problem.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = StrDeserializer::<serde::de::value::Error>::new(value.as_str()?);
        T::deserialize(word).map(Self).map_err(FromSqlError::other)
    }
}

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(word(&self.0).into())
    }
}

impl<T: FromStr<Err: std::error::Error + Send + Sync + 'static>> FromSql for Printed<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

impl<T: fmt::Display> ToSql for Printed<T> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

/// The word under which a variant is written; for a variant with contents, the word of its kind.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    let written = serde_json::to_value(value).expect("BUG: a value of the domain has only texts and numbers");
    let kind = ["kind", "state", "part"].into_iter().find_map(|tag| written.get(tag));
    let word = kind.unwrap_or(&written).as_str();
    word.expect("BUG: a variant is written as its word").to_owned()
}

/// Columns by name, as values of the domain.
pub(crate) trait Columns {
    fn read<T: FromSql>(&self, column: &'static str) -> Result<T>;

    fn count(&self, column: &'static str) -> Result<u64> {
        let number: i64 = self.read(column)?;
        Ok(u64::try_from(number).unwrap_or(0))
    }

    fn time(&self, column: &'static str) -> Result<Timestamp> {
        Ok(self.read::<Millis>(column)?.0)
    }

    fn time_or_none(&self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.read::<Option<Millis>>(column)?.map(|millis| millis.0))
    }

    fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        Ok(self.read::<Json<T>>(column)?.0)
    }

    fn json_or_none<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        Ok(self.read::<Option<Json<T>>>(column)?.map(|json| json.0))
    }

    fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        Ok(self.read::<Word<T>>(column)?.0)
    }

    fn printed<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<T> {
        Ok(self.read::<Printed<T>>(column)?.0)
    }

    fn printed_or_none<T>(&self, column: &'static str) -> Result<Option<T>>
    where
        T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
    {
        Ok(self.read::<Option<Printed<T>>>(column)?.map(|printed| printed.0))
    }
}

impl Columns for Row<'_> {
    fn read<T: FromSql>(&self, column: &'static str) -> Result<T> {
        self.get(column)
    }
}

/// All rows of a query. `table` names them where one cannot be read.
pub(crate) fn all<T>(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row).map_err(|problem| unreadable(table, row, problem))?);
    }
    Ok(found)
}

/// The first row of a query, if there is one.
pub(crate) fn first<T>(
    connection: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    read(row).map(Some).map_err(|problem| unreadable(table, row, problem))
}

/// Runs one statement and tells how many rows it changed.
pub(crate) fn change(connection: &Connection, sql: &str, params: impl Params) -> Result<usize, StoreError> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}

fn unreadable(table: &'static str, row: &Row<'_>, problem: rusqlite::Error) -> StoreError {
    if problem.sqlite_error().is_some() {
        return problem.into();
    }
    let id = match row.get_ref(0) {
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
        _ => "?".to_owned(),
    };
    StoreError::Row { table, id, problem }
}
