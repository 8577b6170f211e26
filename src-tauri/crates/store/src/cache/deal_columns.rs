//! What of a deal the list needs in columns.

use domain::{
    Deal, FieldId, Money, PipelineId, StageId,
    deal::{FieldValue, FieldValues},
};

/// Code of the deal field that names the newest contract (design: Watching).
const CONTRACT_FIELD_CODE: &str = "oneflow_contract_id";

/// The stages in which a deal can be sent. A stage without a pipeline counts in every pipeline, as Won does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyStages(pub Vec<(Option<PipelineId>, StageId)>);

impl Default for ReadyStages {
    /// Won, in every pipeline.
    fn default() -> Self {
        Self(vec![(None, StageId::WON)])
    }
}

impl ReadyStages {
    /// Whether deals in this stage can be sent.
    pub fn holds(&self, pipeline: PipelineId, stage: StageId) -> bool {
        self.0.iter().any(|(only, ready)| *ready == stage && only.is_none_or(|only| only == pipeline))
    }
}

/// What turns a deal into columns of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealColumns {
    /// ISO code of all prices.
    pub currency: String,
    /// The deal field that names the newest contract; also known by its code.
    pub contract_field: Option<FieldId>,
    /// Where deals can be sent.
    pub ready: ReadyStages,
}

impl DealColumns {
    /// The price in the smallest unit.
    pub(super) fn price(&self, deal: &Deal) -> Option<i64> {
        deal.price.map(|amount| Money::new(amount, self.currency.as_str()).minor_units())
    }

    /// Whether the deal can be sent from where it stands.
    pub(super) fn is_ready(&self, deal: &Deal) -> bool {
        !deal.is_deleted && self.ready.holds(deal.pipeline, deal.stage)
    }

    /// The text of the contract field, trimmed; empty where there is none.
    pub(super) fn contract_text(&self, deal: &Deal) -> String {
        let is_ours = |filled: &&FieldValues| {
            self.contract_field == Some(filled.field) || filled.code.as_deref() == Some(CONTRACT_FIELD_CODE)
        };
        match deal.fields.iter().find(is_ours).and_then(|filled| filled.values.first()) {
            Some(FieldValue::Text(text)) => text.trim().to_owned(),
            Some(FieldValue::Number(number)) => number.normalize().to_string(),
            Some(FieldValue::Flag(_) | FieldValue::Instant(_)) | None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn won_is_ready_in_every_pipeline_and_other_stages_only_where_they_were_chosen() {
        let chosen = ReadyStages(vec![(None, StageId::WON), (Some(PipelineId(7)), StageId(70))]);
        let check = |pipeline: i64, stage: i64, wanted: bool| {
            assert_eq!(chosen.holds(PipelineId(pipeline), StageId(stage)), wanted, "{pipeline} {stage}");
        };
        check(7, 142, true);
        check(8, 142, true);
        check(7, 70, true);
        check(8, 70, false);
        check(7, 143, false);
    }
}
