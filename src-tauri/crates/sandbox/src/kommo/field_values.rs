//! Values of custom fields: how they are shown and what is refused (api/kommo.md §10.4).

use std::collections::HashMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::refusal::Problem;
use super::state::{Choice, Field, FieldType, FieldValues, Held, Kind, Kommo};
use crate::switches::EmptyFields;

/// A `text` longer than this is refused (api/kommo.md §10.4).
const LONGEST_TEXT: usize = 256;

/// What a write does to one field: new values, or `None` to clear it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldChange {
    pub(super) field_id: i64,
    pub(super) values: Option<Vec<Held>>,
}

/// `custom_fields_values` as it is read.
pub(super) fn view(values: &[FieldValues], fields: &HashMap<i64, &Field>, empty: EmptyFields) -> Value {
    let shown: Vec<Value> = values
        .iter()
        .filter_map(|held| {
            // A field that was removed takes its values with it.
            let field = fields.get(&held.field_id)?;
            Some(json!({
                "field_id": field.id,
                "field_name": field.name,
                "field_code": field.code,
                "field_type": field.field_type,
                "values": held.values.iter().map(|value| one(field, value)).collect::<Vec<_>>(),
                "is_computed": false,
            }))
        })
        .collect();
    match (shown.is_empty(), empty) {
        (true, EmptyFields::Null) => Value::Null,
        _ => Value::Array(shown),
    }
}

fn one(field: &Field, held: &Held) -> Value {
    if field.field_type.has_choices() || field.field_type == FieldType::Multitext {
        json!({ "value": held.value, "enum_id": held.enum_id, "enum_code": held.enum_code })
    } else {
        json!({ "value": held.value })
    }
}

/// Reads `custom_fields_values` of a write. Problems are gathered, with their dotted paths.
pub(super) fn read(kommo: &Kommo, kind: Kind, sent: &Value, problems: &mut Vec<Problem>) -> Vec<FieldChange> {
    let items = match sent {
        // Guess: null leaves all fields alone.
        Value::Null => return Vec::new(),
        Value::Array(items) => items,
        _ => {
            problems.push(Problem::new("InvalidType", "custom_fields_values"));
            return Vec::new();
        }
    };
    let mut changes = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = format!("custom_fields_values.{index}");
        let Some(field) = named_field(kommo, kind, item) else {
            problems.push(Problem::new("NotSupportedChoice", format!("{path}.field_id")));
            continue;
        };
        match read_values(field, &item["values"], &path) {
            Ok(values) => changes.push(FieldChange { field_id: field.id, values }),
            Err(problem) => problems.push(problem),
        }
    }
    changes
}

fn named_field<'a>(kommo: &'a Kommo, kind: Kind, item: &Value) -> Option<&'a Field> {
    if let Some(id) = item["field_id"].as_i64() {
        return kommo.field(kind, id);
    }
    let code = item["field_code"].as_str()?;
    kommo.fields.iter().find(|field| field.kind == kind && field.code.as_deref() == Some(code))
}

fn read_values(field: &Field, sent: &Value, path: &str) -> Result<Option<Vec<Held>>, Problem> {
    let values = match sent {
        Value::Null => return Ok(None),
        Value::Array(values) if values.is_empty() => {
            return Err(Problem::new("TooFew", format!("{path}.values")));
        }
        Value::Array(values) => values,
        _ => return Err(Problem::new("InvalidType", format!("{path}.values"))),
    };
    let many = matches!(
        field.field_type,
        FieldType::Multiselect | FieldType::Multitext | FieldType::SmartAddress | FieldType::ChainedList
    );
    // Guess: of several values for a field that holds one, the first counts.
    let count = if many { values.len() } else { 1 };
    values
        .iter()
        .take(count)
        .enumerate()
        .map(|(index, value)| read_one(field, value, &format!("{path}.values.{index}")))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn read_one(field: &Field, sent: &Value, path: &str) -> Result<Held, Problem> {
    let value = &sent["value"];
    let at = format!("{path}.value");
    match field.field_type {
        FieldType::Select | FieldType::Multiselect | FieldType::Radiobutton => {
            let choice = chosen(&field.enums, sent).ok_or_else(|| Problem::new("NotSupportedChoice", at))?;
            Ok(choice.held())
        }
        FieldType::Multitext => {
            let text = value.as_str().ok_or_else(|| Problem::new("InvalidType", at))?;
            // Guess: without a kind the first one (WORK) is taken (api/kommo.md §7.1).
            let kind = chosen(&field.enums, &without_value(sent)).or(field.enums.first());
            Ok(Held { value: json!(text), ..kind.map(Choice::held).unwrap_or_default() })
        }
        FieldType::Numeric | FieldType::Price | FieldType::Monetary => {
            number(value).map(|text| plain(json!(text))).ok_or_else(|| Problem::new("InvalidType", at))
        }
        FieldType::Checkbox => {
            value.as_bool().map(|on| plain(json!(on))).ok_or_else(|| Problem::new("InvalidType", at))
        }
        FieldType::Date | FieldType::DateTime | FieldType::Birthday => {
            instant(value).map(|seconds| plain(json!(seconds))).ok_or_else(|| Problem::new("InvalidType", at))
        }
        FieldType::Text => match value.as_str() {
            Some(text) if text.chars().count() > LONGEST_TEXT => Err(Problem::new("TooLong", at)),
            Some(text) => Ok(plain(json!(text))),
            // Guess: a number for a text field is refused, not turned into text.
            None => Err(Problem::new("InvalidType", at)),
        },
        FieldType::Url | FieldType::Textarea | FieldType::Streetaddress | FieldType::TrackingData => {
            value.as_str().map(|text| plain(json!(text))).ok_or_else(|| Problem::new("InvalidType", at))
        }
        // Not used by the product; kept as sent.
        FieldType::SmartAddress
        | FieldType::LegalEntity
        | FieldType::Category
        | FieldType::Items
        | FieldType::LinkedEntity
        | FieldType::ChainedList
        | FieldType::File => Ok(plain(value.clone())),
    }
}

impl Choice {
    pub(crate) fn held(&self) -> Held {
        Held { value: json!(self.value), enum_id: Some(self.id), enum_code: self.code.clone() }
    }
}

pub(crate) fn plain(value: Value) -> Held {
    Held { value, ..Held::default() }
}

fn chosen<'a>(choices: &'a [Choice], sent: &Value) -> Option<&'a Choice> {
    choices.iter().find(|choice| {
        sent["enum_id"].as_i64() == Some(choice.id)
            || (choice.code.is_some() && sent["enum_code"].as_str() == choice.code.as_deref())
            || sent["value"].as_str() == Some(choice.value.as_str())
    })
}

fn without_value(sent: &Value) -> Value {
    json!({ "enum_id": sent["enum_id"], "enum_code": sent["enum_code"] })
}

fn number(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    text.parse::<Decimal>().ok().map(|_| text)
}

fn instant(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second))
        }
        _ => None,
    }
}

/// Carries changes out, and tells which fields took another value.
pub(super) fn apply(held: &mut Vec<FieldValues>, changes: Vec<FieldChange>) -> Vec<i64> {
    let mut touched = Vec::new();
    for FieldChange { field_id, values } in changes {
        let at = held.iter().position(|value| value.field_id == field_id);
        match (at, values) {
            (Some(at), Some(values)) if held[at].values == values => {}
            (Some(at), Some(values)) => {
                held[at].values = values;
                touched.push(field_id);
            }
            (Some(at), None) => {
                held.remove(at);
                touched.push(field_id);
            }
            (None, Some(values)) => {
                held.push(FieldValues { field_id, values });
                touched.push(field_id);
            }
            (None, None) => {}
        }
    }
    touched
}
