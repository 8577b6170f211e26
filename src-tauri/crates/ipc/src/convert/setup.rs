//! Set-up: rules, sources, texts.

use std::collections::BTreeMap;

use domain::{
    FieldId, Mapping,
    format::Format,
    mapping::{FieldRule, Rule, Source},
    write_back::Texts,
};

use crate::{
    convert::{id, preview::source_kind},
    dto::{FieldRuleDto, FormatCode, MappingDto, RuleDto, SourceChoice, TextsDto},
    error::{ErrorCode, IpcError},
};

pub(crate) fn mapping_dto(mapping: &Mapping) -> MappingDto {
    MappingDto {
        version: mapping.version,
        workspace: mapping.workspace.to_string(),
        template: mapping.template.to_string(),
        name: mapping.name.clone(),
        subject: mapping.subject.clone(),
        message: mapping.message.clone(),
        company: rule_dto(&mapping.company),
        plan: rule_dto(&mapping.plan),
        fields: mapping.fields.iter().map(field_dto).collect(),
    }
}

fn field_dto(field: &FieldRule) -> FieldRuleDto {
    FieldRuleDto {
        custom_id: field.custom_id.clone(),
        label: field.label.clone(),
        rule: rule_dto(&field.rule),
        required: field.is_required,
    }
}

fn rule_dto(rule: &Rule) -> RuleDto {
    RuleDto {
        sources: rule.sources.iter().map(source_id).collect(),
        default: rule.default.clone(),
        format: format_code(rule.format),
    }
}

fn format_code(format: Format) -> FormatCode {
    match format {
        Format::Plain => FormatCode::Plain,
        Format::TwoDecimals => FormatCode::TwoDecimals,
        Format::SpacedComma => FormatCode::SpacedComma,
        Format::IsoDay => FormatCode::IsoDay,
    }
}

/// The edited rules over `base`, which knows what the web view does not: the template type, the template's own texts,
/// our signatory.
pub(crate) fn mapping_from(edited: &MappingDto, base: &Mapping) -> Result<Mapping, IpcError> {
    let field = |edited: &FieldRuleDto| {
        let known = base.fields.iter().find(|field| field.custom_id == edited.custom_id);
        let known = known.ok_or_else(|| IpcError::new(ErrorCode::BadRequest))?;
        Ok(FieldRule { rule: rule_from(&edited.rule)?, is_required: edited.required, ..known.clone() })
    };
    Ok(Mapping {
        name: edited.name.clone(),
        subject: edited.subject.clone(),
        message: edited.message.clone(),
        company: rule_from(&edited.company)?,
        plan: rule_from(&edited.plan)?,
        fields: edited.fields.iter().map(field).collect::<Result<_, IpcError>>()?,
        ..base.clone()
    })
}

fn rule_from(rule: &RuleDto) -> Result<Rule, IpcError> {
    let format = match rule.format {
        FormatCode::Plain => Format::Plain,
        FormatCode::TwoDecimals => Format::TwoDecimals,
        FormatCode::SpacedComma => Format::SpacedComma,
        FormatCode::IsoDay => Format::IsoDay,
    };
    let sources = rule.sources.iter().map(|text| source_from(text)).collect::<Result<_, IpcError>>()?;
    let default = rule.default.clone().filter(|text| !text.trim().is_empty());
    Ok(Rule { sources, default, format })
}

/// A source as one text: `deal_price`, `deal_field:510201`, `fixed:Growth`.
fn source_id(source: &Source) -> String {
    match source {
        Source::DealName => "deal_name".to_owned(),
        Source::DealId => "deal_id".to_owned(),
        Source::DealPrice => "deal_price".to_owned(),
        Source::DealWonOn => "deal_won_on".to_owned(),
        Source::DealOwner => "deal_owner".to_owned(),
        Source::DealField(field) => format!("deal_field:{field}"),
        Source::CompanyName => "company_name".to_owned(),
        Source::CompanyField(field) => format!("company_field:{field}"),
        Source::ContactName => "contact_name".to_owned(),
        Source::ContactEmail => "contact_email".to_owned(),
        Source::ContactPhone => "contact_phone".to_owned(),
        Source::ContactField(field) => format!("contact_field:{field}"),
        Source::Today => "today".to_owned(),
        Source::Fixed(text) => format!("fixed:{text}"),
    }
}

/// A source as it is offered.
pub(crate) fn source_choice(source: &Source, names: &BTreeMap<FieldId, String>) -> SourceChoice {
    let (kind, field) = source_kind(source);
    SourceChoice { id: source_id(source), kind, field: field.and_then(|field| names.get(&field).cloned()) }
}

fn source_from(text: &str) -> Result<Source, IpcError> {
    let (kind, value) = text.split_once(':').unwrap_or((text, ""));
    Ok(match kind {
        "deal_name" => Source::DealName,
        "deal_id" => Source::DealId,
        "deal_price" => Source::DealPrice,
        "deal_won_on" => Source::DealWonOn,
        "deal_owner" => Source::DealOwner,
        "deal_field" => Source::DealField(id(value)?),
        "company_name" => Source::CompanyName,
        "company_field" => Source::CompanyField(id(value)?),
        "contact_name" => Source::ContactName,
        "contact_email" => Source::ContactEmail,
        "contact_phone" => Source::ContactPhone,
        "contact_field" => Source::ContactField(id(value)?),
        "today" => Source::Today,
        "fixed" => Source::Fixed(value.to_owned()),
        _ => return Err(ErrorCode::BadRequest.into()),
    })
}

pub(crate) fn texts_dto(texts: &Texts) -> TextsDto {
    TextsDto {
        sent: texts.sent.clone(),
        participant_signed: texts.participant_signed.clone(),
        all_signed: texts.all_signed.clone(),
        declined: texts.declined.clone(),
        declined_task: texts.declined_task.clone(),
        expired: texts.expired.clone(),
        expired_task: texts.expired_task.clone(),
    }
}

pub(crate) fn texts_from(texts: &TextsDto) -> Texts {
    Texts {
        sent: texts.sent.clone(),
        participant_signed: texts.participant_signed.clone(),
        all_signed: texts.all_signed.clone(),
        declined: texts.declined.clone(),
        declined_task: texts.declined_task.clone(),
        expired: texts.expired.clone(),
        expired_task: texts.expired_task.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_reads_back_from_its_text() {
        let sources = [
            Source::DealName,
            Source::DealId,
            Source::DealPrice,
            Source::DealWonOn,
            Source::DealOwner,
            Source::DealField(FieldId(7)),
            Source::CompanyName,
            Source::CompanyField(FieldId(8)),
            Source::ContactName,
            Source::ContactEmail,
            Source::ContactPhone,
            Source::ContactField(FieldId(9)),
            Source::Today,
            Source::Fixed("with: a colon".to_owned()),
        ];
        for source in sources {
            assert_eq!(source_from(&source_id(&source)), Ok(source));
        }
        assert!(source_from("deal_field:x").is_err());
        assert!(source_from("nothing").is_err());
    }
}
