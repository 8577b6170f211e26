//! First run: connecting two accounts and choosing how contracts are made.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Choice, PreviewDto};

/// What was typed in the Kommo step.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct KommoTestRequest {
    /// `acme`, `acme.kommo.com`, or the full address.
    pub address: String,
    /// As pasted. Never logged, never sent back.
    pub token: String,
}

/// What the Kommo test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KommoTest {
    /// As the account calls itself.
    pub account: String,
    /// `acme.kommo.com`.
    pub address: String,
    /// ISO 4217.
    pub currency: String,
    /// Won deals seen; `more` tells that there are more.
    pub won: u32,
    /// Whether only the first pages were counted.
    pub more: bool,
    /// RFC 3339; `None` if the token does not tell.
    pub token_ends: Option<String>,
    /// Whole days until then.
    pub token_days: Option<i32>,
}

/// What was typed in the Oneflow step.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct OneflowTestRequest {
    /// As pasted. Never logged, never sent back.
    pub token: String,
    /// Of a user of the account.
    pub email: String,
    /// Empty for the usual address.
    pub address: String,
}

/// What the Oneflow test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OneflowTest {
    /// As the account calls itself.
    pub account: String,
    /// Name of the user behind the e-mail, where users can be read.
    pub user: Option<String>,
    /// Active templates found.
    pub templates: u32,
    /// Workspaces found.
    pub workspaces: u32,
    /// Colleagues' contracts can be hidden from this token.
    pub hidden_workspaces: bool,
}

/// Who the person can be in Kommo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeopleChoice {
    /// Empty where users cannot be read (403).
    pub users: Vec<Choice>,
    /// The one whose e-mail is the Oneflow e-mail.
    pub proposed: Option<String>,
}

/// Workspaces with their active templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TemplateChoice {
    /// In Oneflow's order.
    pub workspaces: Vec<WorkspaceChoice>,
}

/// One workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkspaceChoice {
    /// Oneflow's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Active ones only.
    pub templates: Vec<Choice>,
}

/// Asks for a proposed mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposalRequest {
    /// Which workspace.
    pub workspace: String,
    /// Which template.
    pub template: String,
}

/// A proposed mapping, shown on a real deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// The rules.
    pub mapping: MappingDto,
    /// On the newest won deal; `None` where there is none.
    pub preview: Option<PreviewDto>,
    /// Of the Oneflow user.
    pub internal_name: String,
    /// Of the Oneflow user.
    pub internal_email: String,
    /// Where a deal can go when signed.
    pub stages: Vec<StageChoice>,
    /// The deal field `oneflow_contract_id`.
    pub contract_field: FieldPresence,
    /// The marker fields of the template type.
    pub marker_fields: FieldPresence,
}

/// A stage a deal can go to when its contract is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StageChoice {
    /// `{pipeline}-{stage}`.
    pub id: String,
    /// Pipeline and stage.
    pub name: String,
    /// A stage outside Won re-opens the deal.
    pub reopens: bool,
}

/// Whether fields that the app wants are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldPresence {
    /// There.
    Present,
    /// Missing; the app can create it after asking.
    Missing,
    /// Missing, and only an administrator can create it.
    NeedsAdministrator,
    /// The template has no type, so it cannot have them.
    Impossible,
}

/// The rules that turn a deal into a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MappingDto {
    /// Raised by each change.
    pub version: u32,
    /// Where contracts are made.
    pub workspace: String,
    /// From what.
    pub template: String,
    /// Name of the contract, with `{company}`, `{plan}`, `{deal}`, `{contact}`, `{amount}`, `{date}`.
    pub name: String,
    /// Of the invitation.
    pub subject: String,
    /// Of the invitation.
    pub message: String,
    /// The company on the contract.
    pub company: RuleDto,
    /// What `{plan}` stands for.
    pub plan: RuleDto,
    /// One for each data field.
    pub fields: Vec<FieldRuleDto>,
}

/// A data field with its rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldRuleDto {
    /// Key of the data field.
    pub custom_id: String,
    /// As people see it.
    pub label: String,
    /// How it is filled.
    pub rule: RuleDto,
    /// Empty blocks the send.
    pub required: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleDto {
    /// Ids of [`SourceChoice`], tried in order.
    pub sources: Vec<String>,
    /// When no source gives a text.
    pub default: Option<String>,
    /// How numbers and dates are written.
    pub format: FormatCode,
}

/// How numbers and dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FormatCode {
    /// `43037`, `22.11.2026`.
    Plain,
    /// `43037.00`.
    TwoDecimals,
    /// `43 037,50`.
    SpacedComma,
    /// `2026-11-22`.
    IsoDay,
}

/// What a rule can take a value from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SourceChoice {
    /// E.g. `deal_price`, `deal_field:510201`, `fixed:Growth`.
    pub id: String,
    /// What in Kommo.
    pub kind: super::SourceKind,
    /// Name of the custom field, where it is one.
    pub field: Option<String>,
}

/// What every rule can take values from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SourceChoices {
    /// In the order in which they are offered.
    pub sources: Vec<SourceChoice>,
}

/// What was chosen in the last steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FinishRequest {
    /// Kommo user who is "me".
    pub user: Option<String>,
    /// The proposed mapping, edited or not.
    pub mapping: MappingDto,
    /// Our signatory; empty leaves the template's own.
    pub internal_name: String,
    /// Our signatory; empty leaves the template's own.
    pub internal_email: String,
    /// Id of a [`StageChoice`]; `None` leaves the deal where it is.
    pub stage_when_signed: Option<String>,
    /// `yyyy-mm-dd`: take off the list what was won before.
    pub set_aside_before: Option<String>,
}

/// What the settings view shows and saves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsDto {
    /// The rules in use.
    pub mapping: MappingDto,
    /// Kommo user who is "me".
    pub user: Option<String>,
    /// Our signatory.
    pub internal_name: String,
    /// Our signatory.
    pub internal_email: String,
    /// Id of a [`StageChoice`].
    pub stage_when_signed: Option<String>,
    /// Where a deal can go when signed.
    pub stages: Vec<StageChoice>,
    /// Everybody who can be "me".
    pub users: Vec<Choice>,
    /// Texts of notes and tasks.
    pub texts: TextsDto,
}

/// Texts of notes and tasks, with `{id}`, `{email}`, `{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextsDto {
    /// After the publish.
    pub sent: String,
    /// After each signature.
    pub participant_signed: String,
    /// After the last signature.
    pub all_signed: String,
    /// After a decline.
    pub declined: String,
    /// The task after a decline.
    pub declined_task: String,
    /// After the deadline.
    pub expired: String,
    /// The task after the deadline.
    pub expired_task: String,
}

/// A set-up opened from a colleague's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetupFile {
    /// `acme.kommo.com`.
    pub kommo_address: String,
    /// Empty for the usual address.
    pub oneflow_address: String,
    /// Name of the template it was made for.
    pub template: String,
}

/// A new token for a connected service.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "service")]
pub enum ReplaceTokenRequest {
    /// For Kommo.
    Kommo {
        /// As pasted.
        token: String,
    },
    /// For Oneflow.
    Oneflow {
        /// As pasted.
        token: String,
    },
}
