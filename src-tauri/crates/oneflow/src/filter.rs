//! What a list is asked for (`api/oneflow.md §1.3`).

use std::borrow::Cow;

use domain::{ContractState, Timestamp, WorkspaceId};

/// Parameters of a request.
pub(crate) type Query = Vec<(Cow<'static, str>, String)>;

/// Which contracts; everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractFilter {
    /// Any of these states; empty for all.
    pub states: Vec<ContractState>,
    /// Published then or later.
    pub published_from: Option<Timestamp>,
    /// Published then or earlier.
    pub published_to: Option<Timestamp>,
    /// A data field of this `custom_id` has exactly this value.
    pub data_field: Option<(String, String)>,
}

impl ContractFilter {
    /// Contracts in any of `states`.
    pub fn states(states: impl Into<Vec<ContractState>>) -> Self {
        Self { states: states.into(), ..Self::default() }
    }

    /// Contracts with a data field `custom_id` of exactly `value`, which must not be empty.
    pub fn data_field(custom_id: impl Into<String>, value: impl Into<String>) -> Self {
        Self { data_field: Some((custom_id.into(), value.into())), ..Self::default() }
    }

    pub(crate) fn query(&self) -> Query {
        let mut query = Query::new();
        if !self.states.is_empty() {
            let states: Vec<&str> = self.states.iter().copied().map(state_name).collect();
            query.push(("filter[states]".into(), states.join(",")));
        }
        if self.published_from.is_some() || self.published_to.is_some() {
            let from = self.published_from.map(time_text).unwrap_or_default();
            let to = self.published_to.map(time_text).unwrap_or_default();
            query.push(("filter[published_time]".into(), format!("{from}|{to}")));
        }
        if let Some((custom_id, value)) = &self.data_field {
            query.push(("filter[data_field_match]".into(), format!("{custom_id}:{value}")));
        }
        query
    }
}

/// The name of a state on the wire.
pub(crate) fn state_name(state: ContractState) -> &'static str {
    match state {
        ContractState::Draft => "draft",
        ContractState::Pending => "pending",
        ContractState::Overdue => "overdue",
        ContractState::Signed => "signed",
        ContractState::Declined => "declined",
    }
}

/// The documented form of a time (`api/oneflow.md §1`), in whole seconds.
fn time_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// Which templates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TemplateFilter {
    /// Only those that may be used there.
    pub workspace: Option<WorkspaceId>,
    /// Inactive ones too.
    pub with_inactive: bool,
}

impl TemplateFilter {
    pub(crate) fn query(self) -> Query {
        let mut query = Query::from([("sort".into(), "name".to_owned())]);
        if let Some(workspace) = self.workspace {
            query.push(("filter[workspace_ids]".into(), workspace.to_string()));
        }
        if self.with_inactive {
            // An empty value asks for both (`api/oneflow.md §3.3`); without it only active ones come.
            query.push(("filter[active]".into(), String::new()));
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_written_as_documented() {
        let day: Timestamp = "2026-01-02T09:00:00.750Z".parse().unwrap();
        let all = ContractFilter {
            states: vec![ContractState::Pending, ContractState::Overdue],
            published_from: Some(day),
            published_to: None,
            data_field: Some(("kommo_deal".to_owned(), "31900001-41200017".to_owned())),
        };
        let cases = [
            (ContractFilter::default(), vec![]),
            (ContractFilter::states([ContractState::Draft]), vec![("filter[states]", "draft")]),
            (
                all,
                vec![
                    ("filter[states]", "pending,overdue"),
                    ("filter[published_time]", "2026-01-02T09:00:00+0000|"),
                    ("filter[data_field_match]", "kommo_deal:31900001-41200017"),
                ],
            ),
        ];
        for (filter, expected) in cases {
            let query = filter.query();
            let query: Vec<(&str, &str)> =
                query.iter().map(|(key, value)| (key.as_ref(), value.as_str())).collect();
            assert_eq!(query, expected);
        }
    }
}
