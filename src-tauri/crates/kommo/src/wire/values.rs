//! Values of custom fields (`api/kommo.md §10.4`), from whatever their type sends.

use domain::{
    FieldId, Timestamp,
    deal::{FieldKind, FieldValue, FieldValues},
};
use serde::Deserialize;
use serde_json::Value;

use super::lenient;

/// One filled field of a deal, contact or company.
#[derive(Deserialize)]
pub(crate) struct WireFieldValues {
    #[serde(deserialize_with = "lenient::integer")]
    field_id: i64,
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    field_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    field_type: String,
    #[serde(default, deserialize_with = "lenient::list")]
    values: Vec<WireValue>,
}

/// One value. Options also carry `enum_id` and `enum_code` (older examples: `enum`); the words are enough for us.
#[derive(Deserialize)]
struct WireValue {
    #[serde(default)]
    value: Value,
}

/// Fields without a value are left out.
pub(crate) fn filled(fields: Vec<WireFieldValues>) -> Vec<FieldValues> {
    fields.into_iter().filter_map(WireFieldValues::filled).collect()
}

impl WireFieldValues {
    fn filled(self) -> Option<FieldValues> {
        let kind = kind_of(&self.field_type);
        let values: Vec<_> = self.values.into_iter().filter_map(|value| read(kind, value.value)).collect();
        (!values.is_empty()).then_some(FieldValues {
            field: FieldId(self.field_id),
            code: self.field_code,
            values,
        })
    }
}

/// All types of `api/kommo.md §10.1`; those that hold more than one line of text are read as well as they can be.
pub(crate) fn kind_of(name: &str) -> FieldKind {
    match name {
        "text" | "textarea" | "streetaddress" | "tracking_data" => FieldKind::Text,
        "numeric" | "price" => FieldKind::Number,
        "monetary" => FieldKind::Money,
        "checkbox" => FieldKind::Flag,
        "select" | "radiobutton" => FieldKind::Choice,
        "multiselect" => FieldKind::Choices,
        "date" | "birthday" => FieldKind::Day,
        "date_time" => FieldKind::Instant,
        "url" => FieldKind::Url,
        "multitext" => FieldKind::Contacts,
        _ => FieldKind::Other,
    }
}

/// A value that is not what its type promises is kept as text: a person can see it, and nothing is lost.
fn read(kind: FieldKind, value: Value) -> Option<FieldValue> {
    let typed = match kind {
        FieldKind::Number | FieldKind::Money => lenient::decimal(&value).map(FieldValue::Number),
        FieldKind::Flag => lenient::truth(&value).map(FieldValue::Flag),
        FieldKind::Day | FieldKind::Instant => moment(&value).map(FieldValue::Instant),
        FieldKind::Text
        | FieldKind::Choice
        | FieldKind::Choices
        | FieldKind::Url
        | FieldKind::Contacts
        | FieldKind::Other => None,
    };
    typed.or_else(|| words(value).map(FieldValue::Text))
}

/// Unix seconds or RFC 3339: both are written by clients, and nothing says that only one is read back.
fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) if lenient::whole(value).is_none() => text.parse().ok(),
        _ => Timestamp::from_second(lenient::whole(value)?).ok(),
    }
}

/// The words of a value. Companies' legal entities and files are objects; their name is what people call them by.
fn words(value: Value) -> Option<String> {
    let text = match value {
        Value::Null | Value::Array(_) => return None,
        Value::String(text) => text,
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Object(mut keys) => match keys.remove("name").or_else(|| keys.remove("file_name"))? {
            Value::String(name) => name,
            _ => return None,
        },
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(field_type: &str, value: &str) -> Vec<FieldValue> {
        let json = format!(
            r#"[{{"field_id":1,"field_name":"F","field_code":null,"field_type":"{field_type}","values":{value}}}]"#
        );
        let wire: Vec<WireFieldValues> = serde_json::from_str(&json).unwrap();
        filled(wire).into_iter().flat_map(|field| field.values).collect()
    }

    #[test]
    fn every_type_of_field_is_read_in_every_form_seen() {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let number = |text: &str| FieldValue::Number(text.parse().unwrap());
        let instant = |second| FieldValue::Instant(Timestamp::from_second(second).unwrap());
        for (field_type, values, expected) in [
            ("text", r#"[{"value":"abc"}]"#, vec![text("abc")]),
            ("text", r#"[{"value":42}]"#, vec![text("42")]),
            ("text", r#"[{"value":null}]"#, vec![]),
            ("text", r#"[{"value":"  "}]"#, vec![]),
            ("text", "null", vec![]),
            ("numeric", r#"[{"value":"12"}]"#, vec![number("12")]),
            ("numeric", r#"[{"value":123.45}]"#, vec![number("123.45")]),
            ("numeric", r#"[{"value":"about 12"}]"#, vec![text("about 12")]),
            ("monetary", r#"[{"value":"1500.50"}]"#, vec![number("1500.50")]),
            ("checkbox", r#"[{"value":true,"enum_code":null}]"#, vec![FieldValue::Flag(true)]),
            ("checkbox", r#"[{"value":"0"}]"#, vec![FieldValue::Flag(false)]),
            (
                "select",
                r#"[{"value":"Framework","enum_id":880031,"enum_code":null}]"#,
                vec![text("Framework")],
            ),
            (
                "multiselect",
                r#"[{"value":"A","enum_id":1},{"value":"B","enum_id":2}]"#,
                vec![text("A"), text("B")],
            ),
            ("date", r#"[{"value":1790000000}]"#, vec![instant(1_790_000_000)]),
            ("date", r#"[{"value":"1790000000"}]"#, vec![instant(1_790_000_000)]),
            ("date_time", r#"[{"value":"2026-09-21T14:13:20+00:00"}]"#, vec![instant(1_790_000_000)]),
            ("birthday", r#"[{"value":-86400}]"#, vec![instant(-86_400)]),
            ("multitext", r#"[{"value":"a@b.example","enum":"WORK"}]"#, vec![text("a@b.example")]),
            ("legal_entity", r#"[{"value":{"name":"Acme AB","vat_id":""}}]"#, vec![text("Acme AB")]),
            ("file", r#"[{"value":{"file_uuid":"u","file_name":"offer.pdf"}}]"#, vec![text("offer.pdf")]),
            ("chained_list", r#"[{"catalog_id":1,"catalog_element_id":2}]"#, vec![]),
            ("something_new", r#"[{"value":"kept"}]"#, vec![text("kept")]),
            ("something_new", r#"[{"value":{"unexpected":true}}]"#, vec![]),
        ] {
            assert_eq!(read_one(field_type, values), expected, "{field_type} {values}");
        }
    }
}
