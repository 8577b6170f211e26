//! Readers for single values that come in more than one form.
//!
//! PHP lies behind the API: numbers come as text, nothing as `null`, `0`, `""` or `[]`. What cannot be read in any of
//! the forms is an error with its path, never a silent default.

use domain::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::{Number, Value};

/// A whole number; also `"5"` and `5.0`.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    integer_or_none(deserializer)?.ok_or_else(|| D::Error::custom("a number is needed"))
}

/// As [`integer`], where `null` and `""` mean none.
pub(crate) fn integer_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        value => whole(&value).map(Some).ok_or_else(|| D::Error::custom("no whole number")),
    }
}

/// Unix seconds.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    seconds_or_none(deserializer)?.ok_or_else(|| D::Error::custom("a time is needed"))
}

/// Unix seconds, where `null` and `0` mean none.
pub(crate) fn seconds_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    match integer_or_none(deserializer)? {
        None | Some(0) => Ok(None),
        Some(second) => Timestamp::from_second(second).map(Some).map_err(D::Error::custom),
    }
}

/// A text, where `null` means an empty one and a number its digits.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(D::Error::custom("no text")),
    }
}

/// As [`text`], where `null` and an empty text mean none.
pub(crate) fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(text(deserializer)?).filter(|text| !text.is_empty()))
}

/// `true`, `1`, `"1"` and their opposites; `null` means no.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(false),
        value => truth(&value).ok_or_else(|| D::Error::custom("neither yes nor no")),
    }
}

/// An amount as a number or as text, where `null` and `""` mean none.
pub(crate) fn amount_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Decimal>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        value => decimal(&value).map(Some).ok_or_else(|| D::Error::custom("no amount")),
    }
}

/// A list, where `null` means an empty one: recordings show both (`api/kommo.md §5.4`).
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// An object, where `null` and PHP's empty object `[]` mean the default one.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(T::default()),
        Value::Array(items) if items.is_empty() => Ok(T::default()),
        value => serde_json::from_value(value).map_err(D::Error::custom),
    }
}

pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| exact(number)?.trunc().try_into().ok()),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.as_str() {
            "1" | "true" => Some(true),
            "" | "0" | "false" => Some(false),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => exact(number),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Through the shortest text, so that 12.1 does not become 12.09999….
fn exact(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "integer_or_none")]
        number: Option<i64>,
        #[serde(default, deserialize_with = "seconds_or_none")]
        time: Option<Timestamp>,
        #[serde(default, deserialize_with = "text")]
        text: String,
        #[serde(default, deserialize_with = "flag")]
        flag: bool,
        #[serde(default, deserialize_with = "amount_or_none")]
        amount: Option<Decimal>,
        #[serde(default, deserialize_with = "list")]
        list: Vec<i64>,
    }

    #[test]
    fn every_form_of_a_value_reads_the_same() {
        let moment = Timestamp::from_second(1_789_500_000).unwrap();
        let full = Row {
            number: Some(5),
            time: Some(moment),
            text: "7".to_owned(),
            flag: true,
            amount: Some("18500.5".parse().unwrap()),
            list: vec![1],
        };
        let none =
            Row { number: None, time: None, text: String::new(), flag: false, amount: None, list: vec![] };
        for (json, expected) in [
            (r#"{"number":5,"time":1789500000,"text":"7","flag":true,"amount":18500.5,"list":[1]}"#, &full),
            (r#"{"number":"5","time":"1789500000","text":7,"flag":1,"amount":"18500.50","list":[1]}"#, &full),
            (
                r#"{"number":5.0,"time":1789500000.9,"text":"7","flag":"1","amount":1.85005e4,"list":[1]}"#,
                &full,
            ),
            ("{}", &none),
            (r#"{"number":null,"time":0,"text":null,"flag":null,"amount":null,"list":null}"#, &none),
            (r#"{"number":"","time":null,"text":"","flag":0,"amount":"","list":[]}"#, &none),
        ] {
            assert_eq!(&serde_json::from_str::<Row>(json).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn what_has_none_of_the_forms_is_an_error() {
        for json in [
            r#"{"number":{"unexpected":true}}"#,
            r#"{"number":"five"}"#,
            r#"{"time":"tomorrow"}"#,
            r#"{"text":{}}"#,
            r#"{"flag":"perhaps"}"#,
            r#"{"amount":[]}"#,
            r#"{"amount":"1.000,50"}"#,
            r#"{"list":{"0":1}}"#,
        ] {
            assert!(serde_json::from_str::<Row>(json).is_err(), "{json}");
        }
    }
}
