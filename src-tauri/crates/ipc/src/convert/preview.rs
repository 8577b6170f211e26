//! Previews.

use std::collections::BTreeMap;

use domain::{
    FieldId,
    mapping::Source,
    preview::{Edits, Origin, PreviewValue, Problem, ProblemKind, Severity},
};
use engine::previews::DealPreview;

use crate::{
    convert::{id, money},
    dto::{OriginDto, PreviewDto, PreviewValueDto, ProblemCode, ProblemDto, SourceKind},
    error::IpcError,
};

/// What was typed over values.
pub(crate) fn edits(texts: &BTreeMap<String, String>) -> Result<Edits, IpcError> {
    texts.iter().map(|(slot, text)| Ok((id(slot)?, text.clone()))).collect()
}

pub(crate) fn preview_dto(shown: &DealPreview) -> PreviewDto {
    let preview = &shown.preview;
    PreviewDto {
        id: preview.id.0.clone(),
        deal: preview.deal.to_string(),
        deal_name: shown.deal_name.clone(),
        amount: shown.amount.as_ref().map(money),
        replaces: preview.generation.replaces().map(|contract| contract.to_string()),
        template: shown.template.clone(),
        workspace: shown.workspace.clone(),
        values: preview.values.iter().map(|value| value_dto(value, &shown.field_names)).collect(),
        problems: preview.problems.iter().map(|problem| problem_dto(problem, &preview.values)).collect(),
        sendable: preview.is_sendable(),
        has_products: shown.has_products,
    }
}

fn value_dto(value: &PreviewValue, names: &BTreeMap<FieldId, String>) -> PreviewValueDto {
    PreviewValueDto {
        slot: value.slot.to_string(),
        label: value.label.clone(),
        text: value.text.clone(),
        origin: origin_dto(&value.origin, names),
    }
}

fn origin_dto(origin: &Origin, names: &BTreeMap<FieldId, String>) -> OriginDto {
    match origin {
        Origin::Kommo(source) => {
            let (source, field) = source_kind(source);
            OriginDto::Kommo { source, field: field.and_then(|field| names.get(&field).cloned()) }
        }
        Origin::Default => OriginDto::Default,
        Origin::Today => OriginDto::Today,
        Origin::Setup => OriginDto::Setup,
        Origin::Composed => OriginDto::Composed,
        Origin::Edited => OriginDto::Edited,
        Origin::Template => OriginDto::Template,
        Origin::Empty => OriginDto::Empty,
    }
}

/// The kind of a source, and its custom field where it is one.
pub(super) fn source_kind(source: &Source) -> (SourceKind, Option<FieldId>) {
    match source {
        Source::DealName => (SourceKind::DealName, None),
        Source::DealId => (SourceKind::DealId, None),
        Source::DealPrice => (SourceKind::DealPrice, None),
        Source::DealWonOn => (SourceKind::DealWonOn, None),
        Source::DealOwner => (SourceKind::DealOwner, None),
        Source::DealField(field) => (SourceKind::DealField, Some(*field)),
        Source::CompanyName => (SourceKind::CompanyName, None),
        Source::CompanyField(field) => (SourceKind::CompanyField, Some(*field)),
        Source::ContactName => (SourceKind::ContactName, None),
        Source::ContactEmail => (SourceKind::ContactEmail, None),
        Source::ContactPhone => (SourceKind::ContactPhone, None),
        Source::ContactField(field) => (SourceKind::ContactField, Some(*field)),
        Source::Today => (SourceKind::Today, None),
        Source::Fixed(_) => (SourceKind::Fixed, None),
    }
}

fn problem_dto(problem: &Problem, values: &[PreviewValue]) -> ProblemDto {
    let value = problem.slot.as_ref().and_then(|slot| values.iter().find(|value| value.slot == *slot));
    let text = match &problem.kind {
        ProblemKind::ContractFieldForeign { text } => text.clone(),
        _ => value.map(|value| value.text.clone()).unwrap_or_default(),
    };
    ProblemDto {
        code: problem_code(&problem.kind),
        blocking: problem.severity == Severity::Blocking,
        slot: problem.slot.as_ref().map(ToString::to_string),
        label: value.map(|value| value.label.clone()).unwrap_or_default(),
        text,
    }
}

fn problem_code(kind: &ProblemKind) -> ProblemCode {
    match kind {
        ProblemKind::EmailMissing => ProblemCode::EmailMissing,
        ProblemKind::EmailMalformed => ProblemCode::EmailMalformed,
        ProblemKind::SignatoryMissing => ProblemCode::SignatoryMissing,
        ProblemKind::NameMissing => ProblemCode::NameMissing,
        ProblemKind::ValueMissing => ProblemCode::ValueMissing,
        ProblemKind::TextTooLong => ProblemCode::TextTooLong,
        ProblemKind::TemplateGone => ProblemCode::TemplateGone,
        ProblemKind::TemplateInactive => ProblemCode::TemplateInactive,
        ProblemKind::NoEmailChannel => ProblemCode::NoEmailChannel,
        ProblemKind::InternalUnknown => ProblemCode::InternalUnknown,
        ProblemKind::DefaultUsed => ProblemCode::DefaultUsed,
        ProblemKind::AmountZero => ProblemCode::AmountZero,
        ProblemKind::TwoContactsWithEmail => ProblemCode::TwoContactsWithEmail,
        ProblemKind::TwoEmails => ProblemCode::TwoEmails,
        ProblemKind::SamePersonOnBothSides => ProblemCode::SamePersonOnBothSides,
        ProblemKind::MarkerFieldsMissing => ProblemCode::MarkerFieldsMissing,
        ProblemKind::ContractFieldForeign { .. } => ProblemCode::ContractFieldForeign,
    }
}
