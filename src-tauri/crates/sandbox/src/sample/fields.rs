//! Custom fields of the sample account, one of every common type.

use crate::config::Config;
use crate::kommo::{Choice, Field, FieldType, Kind, Pipeline};

/// Name and code of the deal field that names a deal's newest contract.
pub(super) const CONTRACT_FIELD: &str = "oneflow_contract_id";

pub(super) const CONTRACT_COMPANY: i64 = 510_201;
pub(super) const PLAN: i64 = 510_203;
pub(super) const HOURS: i64 = 510_205;
pub(super) const MODULES: i64 = 510_207;
pub(super) const START_DATE: i64 = 510_209;
pub(super) const PROJECT_PAGE: i64 = 510_211;
pub(super) const NDA: i64 = 510_213;
pub(super) const MONTHLY_FEE: i64 = 510_215;
pub(super) const SCOPE: i64 = 510_217;
pub(super) const KICK_OFF: i64 = 510_219;
pub(super) const INVOICE_BY: i64 = 510_221;
pub(super) const POSITION: i64 = 640_011;
pub(super) const PHONE: i64 = 640_013;
pub(super) const EMAIL: i64 = 640_015;
pub(super) const ORGANISATION_NUMBER: i64 = 650_011;
pub(super) const COMPANY_PHONE: i64 = 650_013;
pub(super) const COMPANY_EMAIL: i64 = 650_015;
pub(super) const WEB: i64 = 650_017;
pub(super) const ADDRESS: i64 = 650_019;

pub(super) fn all(config: &Config, pipelines: &[Pipeline]) -> Vec<Field> {
    let mut fields = of_leads();
    if let (Some(plan), Some(main)) = (fields.iter_mut().find(|field| field.id == PLAN), pipelines.first()) {
        // Counts only with the switch that enforces it.
        plan.required_statuses = vec![(main.id, crate::kommo::WON)];
    }
    if config.contract_field {
        let text = field(510_301, Kind::Leads, CONTRACT_FIELD, FieldType::Text);
        fields.push(Field { code: Some(CONTRACT_FIELD.to_owned()), is_api_only: true, ..text });
    }
    fields.extend(of_contacts());
    fields.extend(of_companies());
    fields
}

fn of_leads() -> Vec<Field> {
    let lead = |id, name, field_type| field(id, Kind::Leads, name, field_type);
    vec![
        lead(CONTRACT_COMPANY, "Contract company", FieldType::Text),
        chosen(lead(PLAN, "Plan", FieldType::Select), &["Starter", "Growth", "Scale"]),
        lead(HOURS, "Hours per month", FieldType::Numeric),
        chosen(
            lead(MODULES, "Modules", FieldType::Multiselect),
            &["Payroll", "Projects", "Reporting", "API"],
        ),
        lead(START_DATE, "Start date", FieldType::Date),
        lead(PROJECT_PAGE, "Project page", FieldType::Url),
        lead(NDA, "NDA signed", FieldType::Checkbox),
        Field { currency: Some("EUR".to_owned()), ..lead(MONTHLY_FEE, "Monthly fee", FieldType::Monetary) },
        lead(SCOPE, "Scope", FieldType::Textarea),
        lead(KICK_OFF, "Kick-off", FieldType::DateTime),
        chosen(lead(INVOICE_BY, "Invoice by", FieldType::Radiobutton), &["E-mail", "Post"]),
    ]
}

fn of_contacts() -> Vec<Field> {
    let contact = |id, name, field_type| field(id, Kind::Contacts, name, field_type);
    vec![
        system(contact(POSITION, "Position", FieldType::Text), "POSITION", &[]),
        system(contact(PHONE, "Phone", FieldType::Multitext), "PHONE", &PHONES),
        system(contact(EMAIL, "Email", FieldType::Multitext), "EMAIL", &MAILS),
    ]
}

fn of_companies() -> Vec<Field> {
    let company = |id, name, field_type| field(id, Kind::Companies, name, field_type);
    vec![
        company(ORGANISATION_NUMBER, "Organisation number", FieldType::Text),
        system(company(COMPANY_PHONE, "Phone", FieldType::Multitext), "PHONE", &PHONES),
        system(company(COMPANY_EMAIL, "Email", FieldType::Multitext), "EMAIL", &MAILS),
        system(company(WEB, "Web", FieldType::Url), "WEB", &[]),
        system(company(ADDRESS, "Address", FieldType::Textarea), "ADDRESS", &[]),
    ]
}

/// Kinds of phone and mail (api/kommo.md §7.1).
const PHONES: [&str; 6] = ["WORK", "WORKDD", "MOB", "FAX", "HOME", "OTHER"];
const MAILS: [&str; 3] = ["WORK", "PRIV", "OTHER"];

fn field(id: i64, kind: Kind, name: &str, field_type: FieldType) -> Field {
    Field {
        id,
        kind,
        name: name.to_owned(),
        field_type,
        code: None,
        sort: id % 1_000,
        is_api_only: false,
        is_predefined: false,
        currency: None,
        enums: Vec::new(),
        required_statuses: Vec::new(),
    }
}

fn chosen(field: Field, values: &[&str]) -> Field {
    let first = field.id * 10;
    let enums = values
        .iter()
        .zip(1..)
        .map(|(value, place)| Choice {
            id: first + place,
            value: (*value).to_owned(),
            code: None,
            sort: place * 10,
        })
        .collect();
    Field { enums, ..field }
}

fn system(field: Field, code: &str, codes: &[&str]) -> Field {
    let mut field = chosen(field, codes);
    for choice in &mut field.enums {
        choice.code = Some(choice.value.clone());
    }
    Field { code: Some(code.to_owned()), is_predefined: true, ..field }
}
