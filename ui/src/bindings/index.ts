// Written by `cargo run -p countersign-ipc --bin bindings`. Do not edit.

/** Every command with what it takes and what it answers. */
export interface Commands {
  app_state: [Nothing, AppState];
  set_preferences: [Preferences, AppState];
  open_link: [Link, Nothing];
  retry_keychain: [Nothing, AppState];
  start_sample: [Nothing, AppState];
  leave_sample: [Nothing, AppState];
  sample_act: [SampleActRequest, Nothing];
  test_kommo: [KommoTestRequest, KommoTest];
  test_oneflow: [OneflowTestRequest, OneflowTest];
  setup_people: [Nothing, PeopleChoice];
  setup_templates: [Nothing, TemplateChoice];
  setup_proposal: [ProposalRequest, Proposal];
  create_contract_field: [Nothing, Proposal];
  add_marker_fields: [Nothing, Proposal];
  finish_setup: [FinishRequest, AppState];
  leave_setup: [Nothing, Nothing];
  save_setup_file: [Nothing, SavedFile];
  open_setup_file: [Nothing, SetupFile | null];
  replace_token: [ReplaceTokenRequest, AppState];
  settings: [Nothing, SettingsDto];
  save_settings: [SettingsDto, SettingsDto];
  mapping_sources: [Nothing, SourceChoices];
  deals_page: [DealsQuery, DealsPage];
  deal_filters: [Nothing, DealFilters];
  deal: [DealRequest, DealDetail];
  refresh: [Nothing, Nothing];
  stop_refresh: [Nothing, Nothing];
  set_aside: [SetAsideRequest, SetAsideAnswer];
  set_aside_before: [SetAsideBeforeRequest, SetAsideAnswer];
  preview: [PreviewRequest, PreviewDto];
  send: [SendRequest, SendDto];
  undo_send: [SendRef, SendDto];
  send_now: [SendRef, SendDto];
  settle_send: [SettleRequest, SendDto];
  send_several: [SendSeveralRequest, BatchDto];
  batch: [BatchRef, BatchDto];
  undo_batch: [BatchRef, BatchDto];
  send_batch_now: [BatchRef, BatchDto];
  contracts_page: [ContractsQuery, ContractsPage];
  contract: [ContractRequest, ContractDto];
  save_signed_pdf: [ContractRequest, SavedFile];
  settle_write_back: [WriteBackRequest, Nothing];
  activity_page: [ActivityQuery, ActivityPage];
  activity_read: [Nothing, AppState];
  needs_you: [Nothing, Array<NeedDto>];
  settle_contract: [SettleContractRequest, Nothing];
}

export type ActivityPage = { 
/**
 * At most `limit`.
 */
rows: Array<ActivityRow>, 
/**
 * Where the slice starts.
 */
offset: number, 
/**
 * How many there are.
 */
total: number, };

export type ActivityQuery = { 
/**
 * Rows to leave out at the start.
 */
offset: number, 
/**
 * At most 100.
 */
limit: number, };

export type ActivityRow = { 
/**
 * Names the row.
 */
id: string, 
/**
 * What.
 */
kind: TimelineKind, 
/**
 * Who, where it was a participant.
 */
name: string | null, 
/**
 * Which contract.
 */
contract: string, 
/**
 * Name of the deal.
 */
dealName: string, 
/**
 * Company on the contract.
 */
company: string, 
/**
 * Price of the deal at the click.
 */
amount: MoneyDto | null, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Not looked at yet.
 */
unread: boolean, };

export type AppState = { 
/**
 * Who is connected.
 */
profile: ProfileDto, 
/**
 * Set when nothing can be shown: a newer or damaged database, another running app.
 */
blocked: IpcError | null, 
/**
 * Where tokens are kept.
 */
keychain: KeychainState, 
/**
 * How Kommo answers.
 */
kommo: ServiceState, 
/**
 * How Oneflow answers.
 */
oneflow: ServiceState, 
/**
 * For the sidebar.
 */
counts: Counts, 
/**
 * How many entries of Kommo and Oneflow could not be read when they were last seen; the others are shown.
 */
unreadable: number, 
/**
 * When the deals were last known to be complete.
 */
asOf: string | null, 
/**
 * A long piece of work that runs.
 */
progress: Progress | null, 
/**
 * Sends that can still be undone, for the strip at the foot.
 */
leaving: Array<SendDto>, 
/**
 * When the Kommo token ends, if it is 30 days or less away.
 */
tokenEnds: string | null, 
/**
 * Chosen by the person.
 */
preferences: Preferences, 
/**
 * Version of the app.
 */
version: string, };

export type BatchDto = { 
/**
 * Its id.
 */
id: string, 
/**
 * What was accepted, in the order of the clicks.
 */
sends: Array<SendDto>, 
/**
 * What was not, with the reason of each; only in the answer to the click itself.
 */
refused: Array<RefusedClick>, 
/**
 * Whether at least one of them can still be undone.
 */
canUndo: boolean, };

export type BatchRef = { 
/**
 * Which.
 */
batch: string, };

export type BothSides = { 
/**
 * Which value, as in a preview.
 */
slot: string, 
/**
 * Name of the data field, where it is one.
 */
label: string, 
/**
 * What would be sent from here; `null` where nothing would.
 */
mine: string | null, 
/**
 * What stands in their draft; `null` where Oneflow does not show it.
 */
theirs: string | null, 
/**
 * Whether the two differ.
 */
differs: boolean, };

export type Choice = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, };

export type ContractChoice = "look_again" | "publish_theirs" | "discard_theirs" | "removed";

export type ContractDto = { 
/**
 * As in the list.
 */
row: ContractRow, 
/**
 * Name of the contract.
 */
name: string, 
/**
 * In signing order as far as it is known.
 */
people: Array<PersonDto>, 
/**
 * Oldest first.
 */
timeline: Array<TimelineEntry>, 
/**
 * What is owed to Kommo.
 */
writtenBack: Array<WriteBackDto>, 
/**
 * The send, where this seat made it.
 */
send: SendDto | null, 
/**
 * The signed PDF can be saved.
 */
hasSignedPdf: boolean, 
/**
 * "Send a new version" is offered.
 */
canReplace: boolean, 
/**
 * Values that went into it: label and text.
 */
values: Array<SentValue>, 
/**
 * In what the deal moved on since.
 */
drift: DriftDto, };

export type ContractRequest = { 
/**
 * Oneflow's id.
 */
contract: string, };

export type ContractRow = { 
/**
 * `c{contract}` or `s{send}`: names the row.
 */
key: string, 
/**
 * Oneflow's id, once there is one.
 */
contract: string | null, 
/**
 * The send, where this seat made it.
 */
send: string | null, 
/**
 * Of the deal.
 */
deal: string, 
/**
 * Name of the deal.
 */
dealName: string, 
/**
 * Company on the contract.
 */
company: string, 
/**
 * Client's signatory.
 */
recipient: string, 
/**
 * Price of the deal at the click.
 */
amount: MoneyDto | null, 
/**
 * On screen.
 */
status: ContractStatus, 
/**
 * How many have signed.
 */
signed: number, 
/**
 * How many must sign.
 */
signatories: number, 
/**
 * RFC 3339.
 */
sentAt: string | null, 
/**
 * RFC 3339: of the last change.
 */
changedAt: string | null, 
/**
 * RFC 3339: until when it can be signed.
 */
expiresAt: string | null, };

export type ContractStatus = "sending" | "awaiting" | "signed" | "declined" | "expired" | "needs_attention";

export type ContractsPage = { 
/**
 * At most `limit`.
 */
rows: Array<ContractRow>, 
/**
 * Where the slice starts.
 */
offset: number, 
/**
 * How many were found.
 */
total: number, 
/**
 * How many await a signature.
 */
awaiting: number, };

export type ContractsQuery = { 
/**
 * As typed.
 */
search: string, 
/**
 * Empty for any.
 */
statuses: Array<ContractStatus>, 
/**
 * Rows to leave out at the start.
 */
offset: number, 
/**
 * At most 100.
 */
limit: number, };

export type Counts = { 
/**
 * Deals to send.
 */
toSend: number, 
/**
 * Won deals in all.
 */
won: number, 
/**
 * Contracts that await a signature.
 */
awaiting: number, 
/**
 * Activity not looked at.
 */
unread: number, 
/**
 * What waits for a person.
 */
needsYou: number, };

export type DealDetail = { 
/**
 * As in the list.
 */
row: DealRow, 
/**
 * The newest send, where there is one.
 */
send: SendDto | null, 
/**
 * Newest first.
 */
contracts: Array<ContractRow>, };

export type DealFilters = { 
/**
 * With at least one deal.
 */
pipelines: Array<Choice>, 
/**
 * With at least one deal.
 */
owners: Array<Choice>, };

export type DealRequest = { 
/**
 * Which.
 */
deal: string, };

export type DealRow = { 
/**
 * Kommo's id.
 */
id: string, 
/**
 * May be empty.
 */
name: string, 
/**
 * May be empty.
 */
company: string, 
/**
 * May be empty.
 */
contact: string, 
/**
 * `None` where Kommo shows no price.
 */
amount: MoneyDto | null, 
/**
 * Its name.
 */
pipeline: string, 
/**
 * Their name; empty where users cannot be read.
 */
owner: string, 
/**
 * RFC 3339.
 */
wonOn: string | null, 
/**
 * Of its contract.
 */
status: DealStatus, };

export type DealScope = "to_send" | "all";

export type DealSort = "name" | "company" | "contact" | "amount" | "pipeline" | "owner" | "won_on";

export type DealStatus = { "kind": "ready" } | { "kind": "leaving", 
/**
 * Which send.
 */
send: string, } | { "kind": "queued", 
/**
 * Which send.
 */
send: string, } | { "kind": "sending", 
/**
 * Which send.
 */
send: string, } | { "kind": "needs_attention", 
/**
 * Which send, where it is one.
 */
send: string | null, 
/**
 * Why.
 */
why: Said<NeedCode> | null, } | { "kind": "awaiting", 
/**
 * Which.
 */
contract: string, 
/**
 * How many have signed.
 */
signed: number, 
/**
 * How many must sign.
 */
signatories: number, } | { "kind": "expired", 
/**
 * Which.
 */
contract: string, } | { "kind": "signed", 
/**
 * Which.
 */
contract: string, } | { "kind": "declined", 
/**
 * Which.
 */
contract: string, } | { "kind": "elsewhere", 
/**
 * What stands in the field.
 */
contract: string, } | { "kind": "set_aside" };

export type DealStatusKind = "ready" | "sending" | "needs_attention" | "awaiting" | "expired" | "signed" | "declined" | "elsewhere" | "set_aside";

export type DealsPage = { 
/**
 * At most `limit`.
 */
rows: Array<DealRow>, 
/**
 * Where the slice starts.
 */
offset: number, 
/**
 * How many deals were found.
 */
total: number, 
/**
 * How many are to send.
 */
toSend: number, 
/**
 * How many won deals there are.
 */
won: number, 
/**
 * When the deals were last known to be complete.
 */
asOf: string | null, };

export type DealsQuery = { 
/**
 * To send, or all.
 */
scope: DealScope, 
/**
 * As typed; searches in all when not empty.
 */
search: string, 
/**
 * Only those of the person who is "me".
 */
mine: boolean, 
/**
 * Ids; empty for any.
 */
pipelines: Array<string>, 
/**
 * Ids of users; empty for any.
 */
owners: Array<string>, 
/**
 * Empty for any.
 */
statuses: Array<DealStatusKind>, 
/**
 * First day, `yyyy-mm-dd`.
 */
wonFrom: string | null, 
/**
 * Last day, `yyyy-mm-dd`.
 */
wonTo: string | null, 
/**
 * By what.
 */
sort: DealSort, 
/**
 * Largest or newest first.
 */
descending: boolean, 
/**
 * Rows to leave out at the start.
 */
offset: number, 
/**
 * At most 100.
 */
limit: number, };

export type Density = "compact" | "comfortable";

export type DifferenceDto = { "kind": "value", 
/**
 * Which value.
 */
slot: string, 
/**
 * Name of the data field, where it is one.
 */
label: string, 
/**
 * At the click.
 */
seen: string, 
/**
 * Now.
 */
now: string, } | { "kind": "deal_gone" } | { "kind": "deal_not_ready" } | { "kind": "template_gone" } | { "kind": "template_inactive" } | { "kind": "contents" };

export type DriftDto = { 
/**
 * Values of the contract that would be others now, as they were sent and as they would be.
 */
values: Array<DifferenceDto>, 
/**
 * The price of the deal, where none of the values shows it.
 */
price: PriceDriftDto | null, };

export type ErrorCode = "offline" | "address_unknown" | "address_invalid" | "tls_inspected" | "clock_wrong" | "timed_out" | "service_trouble" | "answer_unreadable" | "rate_limited" | "kommo_unauthorized" | "kommo_token_expired" | "kommo_token_malformed" | "kommo_plan" | "kommo_forbidden" | "kommo_blocked" | "kommo_other_account" | "oneflow_unauthorized" | "oneflow_token_malformed" | "oneflow_user_unknown" | "oneflow_plan" | "oneflow_forbidden" | "oneflow_other_account" | "template_inactive" | "template_gone" | "recipient_invalid" | "already_sent" | "already_sending" | "preview_changed" | "preview_blocked" | "too_late_to_undo" | "decision_closed" | "deal_gone" | "contract_gone" | "pdf_not_ready" | "keychain_locked" | "keychain_absent" | "keychain_refused" | "disk_full" | "database_newer" | "database_damaged" | "already_running" | "file_trouble" | "not_a_setup_file" | "not_connected" | "needs_administrator" | "bad_request" | "internal";

export type FieldPresence = "present" | "missing" | "needs_administrator" | "impossible";

export type FieldRuleDto = { 
/**
 * Key of the data field.
 */
customId: string, 
/**
 * As people see it.
 */
label: string, 
/**
 * How it is filled.
 */
rule: RuleDto, 
/**
 * Empty blocks the send.
 */
required: boolean, };

export type FinishRequest = { 
/**
 * Kommo user who is "me".
 */
user: string | null, 
/**
 * The proposed mapping, edited or not.
 */
mapping: MappingDto, 
/**
 * Our signatory; empty leaves the template's own.
 */
internalName: string, 
/**
 * Our signatory; empty leaves the template's own.
 */
internalEmail: string, 
/**
 * Id of a [`StageChoice`]; `None` leaves the deal where it is.
 */
stageWhenSigned: string | null, 
/**
 * `yyyy-mm-dd`: take off the list what was won before.
 */
setAsideBefore: string | null, };

export type FormatCode = "plain" | "two_decimals" | "spaced_comma" | "iso_day";

export type IpcError = { 
/**
 * Key of the words.
 */
code: ErrorCode, 
/**
 * Values for the slots of the words.
 */
params: { [key in string]: string }, 
/**
 * When trying again makes sense.
 */
retryAfterMs: number | null, 
/**
 * Found again in the log, for support: where nobody foresaw what went wrong.
 */
incident: string | null, };

export type KeychainState = "ready" | "locked" | "absent";

export type KommoTest = { 
/**
 * As the account calls itself.
 */
account: string, 
/**
 * `acme.kommo.com`.
 */
address: string, 
/**
 * ISO 4217.
 */
currency: string, 
/**
 * Won deals seen; `more` tells that there are more.
 */
won: number, 
/**
 * Whether only the first pages were counted.
 */
more: boolean, 
/**
 * RFC 3339; `None` if the token does not tell.
 */
tokenEnds: string | null, 
/**
 * Whole days until then.
 */
tokenDays: number | null, };

export type KommoTestRequest = { 
/**
 * `acme`, `acme.kommo.com`, or the full address.
 */
address: string, 
/**
 * As pasted. Never logged, never sent back.
 */
token: string, };

export type Link = { "kind": "contract", 
/**
 * Which.
 */
contract: string, } | { "kind": "deal", 
/**
 * Which.
 */
deal: string, };

export type MappingDto = { 
/**
 * Raised by each change.
 */
version: number, 
/**
 * Where contracts are made.
 */
workspace: string, 
/**
 * From what.
 */
template: string, 
/**
 * Name of the contract, with `{company}`, `{plan}`, `{deal}`, `{contact}`, `{amount}`, `{date}`.
 */
name: string, 
/**
 * Of the invitation.
 */
subject: string, 
/**
 * Of the invitation.
 */
message: string, 
/**
 * The company on the contract.
 */
company: RuleDto, 
/**
 * What `{plan}` stands for.
 */
plan: RuleDto, 
/**
 * One for each data field.
 */
fields: Array<FieldRuleDto>, };

export type MoneyDto = { 
/**
 * E.g. `1250.00`.
 */
amount: string, 
/**
 * E.g. `EUR`.
 */
currency: string, };

export type NeedCode = "differences" | "invalid" | "plan" | "forbidden" | "not_found" | "colleagues_draft" | "theirs_out_of_reach" | "theirs_gone" | "draft_left" | "marker_missing" | "own_not_visible" | "two_contracts_out" | "cannot_tell" | "draft_removed" | "deal_gone" | "draft_changed" | "field_names_other" | "newer_contract" | "long_closed" | "restored" | "superseded" | "write_back_parked" | "contract_vanished";

export type NeedDto = { 
/**
 * Names the row.
 */
id: string, 
/**
 * What happened.
 */
why: Said<NeedCode>, 
/**
 * Of the deal.
 */
deal: string, 
/**
 * Name of the deal.
 */
dealName: string, 
/**
 * Company on the contract.
 */
company: string, 
/**
 * The contract, where one is known.
 */
contract: string | null, 
/**
 * The send, where it is one.
 */
send: SendDto | null, 
/**
 * The piece of work, where it is one.
 */
writeBack: WriteBackDto | null, 
/**
 * The draft that somebody left behind, where it is one. That of a send stands with the send.
 */
draft: TheirsDto | null, 
/**
 * What a person can decide about the draft or the vanished contract, the most likely first.
 */
choices: Array<ContractChoice>, 
/**
 * RFC 3339.
 */
since: string, };

export type Nothing = Record<symbol, never>;

export type OneflowTest = { 
/**
 * As the account calls itself.
 */
account: string, 
/**
 * Name of the user behind the e-mail, where users can be read.
 */
user: string | null, 
/**
 * Active templates found.
 */
templates: number, 
/**
 * Workspaces found.
 */
workspaces: number, 
/**
 * Colleagues' contracts can be hidden from this token.
 */
hiddenWorkspaces: boolean, };

export type OneflowTestRequest = { 
/**
 * As pasted. Never logged, never sent back.
 */
token: string, 
/**
 * Of a user of the account.
 */
email: string, 
/**
 * Empty for the usual address.
 */
address: string, };

export type OriginDto = { "kind": "kommo", 
/**
 * What in Kommo.
 */
source: SourceKind, 
/**
 * Name of the custom field, where it is one.
 */
field: string | null, } | { "kind": "default" } | { "kind": "today" } | { "kind": "setup" } | { "kind": "composed" } | { "kind": "edited" } | { "kind": "template" } | { "kind": "empty" };

export type PeopleChoice = { 
/**
 * Empty where users cannot be read (403).
 */
users: Array<Choice>, 
/**
 * The one whose e-mail is the Oneflow e-mail.
 */
proposed: string | null, };

export type PersonDto = { 
/**
 * Full name.
 */
name: string, 
/**
 * May be empty.
 */
email: string, 
/**
 * Stands on our side.
 */
ours: boolean, 
/**
 * Must sign.
 */
signatory: boolean, 
/**
 * What they did.
 */
state: PersonState, 
/**
 * When, RFC 3339.
 */
at: string | null, };

export type PersonState = "waiting" | "opened" | "signed" | "declined" | "not_delivered";

export type Preferences = { 
/**
 * `system`, or a language of `ui/messages`.
 */
language: string, 
/**
 * Light, dark, or as the system.
 */
theme: ThemeChoice, 
/**
 * Height of rows.
 */
density: Density, 
/**
 * Whether single letters act.
 */
letterKeys: boolean, 
/**
 * Undo time: 0, 5, 10, 20, 30 or 60.
 */
holdSeconds: number, 
/**
 * Notify each signature, not only the last.
 */
notifyEachSignature: boolean, };

export type PreviewDto = { 
/**
 * Names exactly what was seen; the click sends it back.
 */
id: string, 
/**
 * Whose.
 */
deal: string, 
/**
 * Name of the deal.
 */
dealName: string, 
/**
 * Price of the deal.
 */
amount: MoneyDto | null, 
/**
 * The contract that it would replace.
 */
replaces: string | null, 
/**
 * Name of the template.
 */
template: string, 
/**
 * Name of the workspace.
 */
workspace: string, 
/**
 * In the order in which they are shown.
 */
values: Array<PreviewValueDto>, 
/**
 * Blocking ones first.
 */
problems: Array<ProblemDto>, 
/**
 * Whether nothing stops the send.
 */
sendable: boolean, 
/**
 * The template keeps its own products.
 */
hasProducts: boolean, };

export type PreviewRequest = { 
/**
 * Whose.
 */
deal: string, 
/**
 * The contract that it replaces ("Send a new version"); none for a plain click.
 */
replaces: string | null, 
/**
 * Slot → text typed for this contract.
 */
edits: { [key in string]: string }, };

export type PreviewValueDto = { 
/**
 * `company`, `client.name`, `client.email`, `internal.name`, `internal.email`, `name`, `subject`, `message`,
 * `field:{custom_id}`.
 */
slot: string, 
/**
 * Name of the data field; empty for the fixed slots, which the interface names.
 */
label: string, 
/**
 * Exactly what is sent.
 */
text: string, 
/**
 * Where it came from.
 */
origin: OriginDto, };

export type PriceDriftDto = { 
/**
 * At the click.
 */
seen: MoneyDto | null, 
/**
 * Now.
 */
now: MoneyDto | null, };

export type ProblemCode = "email_missing" | "email_malformed" | "signatory_missing" | "name_missing" | "value_missing" | "text_too_long" | "template_gone" | "template_inactive" | "no_email_channel" | "internal_unknown" | "default_used" | "amount_zero" | "two_contacts_with_email" | "two_emails" | "same_person_on_both_sides" | "marker_fields_missing" | "contract_field_foreign";

export type ProblemDto = { 
/**
 * What is wrong.
 */
code: ProblemCode, 
/**
 * Stops the send.
 */
blocking: boolean, 
/**
 * Which value a Fix edits.
 */
slot: string | null, 
/**
 * Name of the value, for the words.
 */
label: string, 
/**
 * The text that is wrong.
 */
text: string, };

export type ProfileDto = { "kind": "none" } | { "kind": "sample", 
/**
 * As the sample's Kommo account calls itself.
 */
account: string, 
/**
 * Id of the Kommo user who is "me".
 */
user: string | null, } | { "kind": "connected", 
/**
 * As the Kommo account calls itself.
 */
account: string, 
/**
 * `acme.kommo.com`.
 */
address: string, 
/**
 * As the Oneflow account calls itself.
 */
oneflow: string, 
/**
 * Id of the Kommo user who is "me".
 */
user: string | null, };

export type Progress = { 
/**
 * What runs.
 */
work: ProgressWork, 
/**
 * How much is done.
 */
done: number, 
/**
 * How much there is, where that is known.
 */
total: number | null, };

export type ProgressWork = "first_sync" | "sync";

export type Proposal = { 
/**
 * The rules.
 */
mapping: MappingDto, 
/**
 * On the newest won deal; `None` where there is none.
 */
preview: PreviewDto | null, 
/**
 * Of the Oneflow user.
 */
internalName: string, 
/**
 * Of the Oneflow user.
 */
internalEmail: string, 
/**
 * Where a deal can go when signed.
 */
stages: Array<StageChoice>, 
/**
 * The deal field `oneflow_contract_id`.
 */
contractField: FieldPresence, 
/**
 * The marker fields of the template type.
 */
markerFields: FieldPresence, };

export type ProposalRequest = { 
/**
 * Which workspace.
 */
workspace: string, 
/**
 * Which template.
 */
template: string, };

export type RefusedClick = { 
/**
 * The click.
 */
send: string, 
/**
 * Whose contract.
 */
deal: string, 
/**
 * Why.
 */
error: IpcError, };

export type ReplaceTokenRequest = { "service": "kommo", 
/**
 * As pasted.
 */
token: string, } | { "service": "oneflow", 
/**
 * As pasted.
 */
token: string, };

export type RuleDto = { 
/**
 * Ids of [`SourceChoice`], tried in order.
 */
sources: Array<string>, 
/**
 * When no source gives a text.
 */
default: string | null, 
/**
 * How numbers and dates are written.
 */
format: FormatCode, };

export type Said<Code> = { 
/**
 * Key of the words.
 */
code: Code, 
/**
 * Values for the slots of the words.
 */
params: { [key in string]: string }, };

export type SampleAct = "client_signs" | "client_declines" | "deadline_passes";

export type SampleActRequest = { 
/**
 * What happens.
 */
act: SampleAct, 
/**
 * To which contract; the newest that is out if none is named.
 */
contract: string | null, };

export type SavedFile = { 
/**
 * Its name; `None` if the person closed the dialog.
 */
name: string | null, };

export type SendDto = { 
/**
 * Its id.
 */
id: string, 
/**
 * The batch it was clicked with.
 */
batch: string | null, 
/**
 * Whose contract.
 */
deal: string, 
/**
 * Name of the deal.
 */
dealName: string, 
/**
 * The company on the contract.
 */
company: string, 
/**
 * Name of the client's signatory.
 */
recipient: string, 
/**
 * Where the invitation goes.
 */
email: string, 
/**
 * Price of the deal.
 */
amount: MoneyDto | null, 
/**
 * Where it stands.
 */
state: SendStateCode, 
/**
 * What is left of the undo time, while it runs.
 */
holdLeftMs: number, 
/**
 * The whole undo time.
 */
holdMs: number, 
/**
 * Whether it can be undone.
 */
canUndo: boolean, 
/**
 * Whether it waits for a connection or a token.
 */
waits: WaitCode | null, 
/**
 * The contract, where one is known.
 */
contract: string | null, 
/**
 * Why it stopped, was refused, or waits for a person.
 */
why: Said<NeedCode> | null, 
/**
 * What changed between the click and the create.
 */
differences: Array<DifferenceDto>, 
/**
 * The colleague's draft that it waits for, beside what was clicked here.
 */
theirs: TheirsDto | null, 
/**
 * What a person can decide now, the most likely first.
 */
choices: Array<SettleChoice>, 
/**
 * RFC 3339.
 */
clickedAt: string, 
/**
 * RFC 3339.
 */
since: string, };

export type SendRef = { 
/**
 * Which.
 */
send: string, };

export type SendRequest = { 
/**
 * A `UUIDv7` made by the web view before the call; the same id is the same click.
 */
send: string, 
/**
 * Whose contract.
 */
deal: string, 
/**
 * The preview that was seen.
 */
preview: string, 
/**
 * The contract that it replaces, as in the preview's request.
 */
replaces: string | null, 
/**
 * As in the preview's request.
 */
edits: { [key in string]: string }, };

export type SendSeveralRequest = { 
/**
 * A `UUIDv7` made by the web view before the call; the same id is the same batch.
 */
batch: string, 
/**
 * One for each deal.
 */
clicks: Array<SendRequest>, };

export type SendStateCode = "held" | "queued" | "creating" | "create_unknown" | "created" | "completing" | "publishing" | "publish_unknown" | "published" | "undone" | "stopped" | "rejected" | "superseded" | "publishing_theirs" | "discarding_theirs" | "needs_you" | "given_up";

export type SentValue = { 
/**
 * As in a preview.
 */
slot: string, 
/**
 * Name of the data field, where it is one.
 */
label: string, 
/**
 * As it was sent.
 */
text: string, };

export type ServiceState = { 
/**
 * Whether it answers.
 */
ok: boolean, 
/**
 * Why not.
 */
trouble: ErrorCode | null, 
/**
 * Since when not.
 */
since: string | null, 
/**
 * Everything waits until then, because the service asked for it or blocks this address.
 */
until: string | null, };

export type SetAsideAnswer = { 
/**
 * That many.
 */
count: number, };

export type SetAsideBeforeRequest = { 
/**
 * `yyyy-mm-dd`.
 */
day: string, };

export type SetAsideRequest = { 
/**
 * Which.
 */
deals: Array<string>, 
/**
 * Off or back.
 */
aside: boolean, };

export type SettingsDto = { 
/**
 * The rules in use.
 */
mapping: MappingDto, 
/**
 * Kommo user who is "me".
 */
user: string | null, 
/**
 * Our signatory.
 */
internalName: string, 
/**
 * Our signatory.
 */
internalEmail: string, 
/**
 * Id of a [`StageChoice`].
 */
stageWhenSigned: string | null, 
/**
 * Where a deal can go when signed.
 */
stages: Array<StageChoice>, 
/**
 * Everybody who can be "me".
 */
users: Array<Choice>, 
/**
 * Texts of notes and tasks.
 */
texts: TextsDto, };

export type SettleChoice = "look_again" | "send_now" | "try_again" | "adopt" | "publish_theirs" | "discard_theirs" | "accept" | "give_up" | "leave";

export type SettleContractRequest = { 
/**
 * Which.
 */
contract: string, 
/**
 * What.
 */
choice: ContractChoice, 
/**
 * A `UUIDv7` made by the web view before the call, for the send that publishes a draft.
 */
send: string, };

export type SettleRequest = { 
/**
 * Which.
 */
send: string, 
/**
 * What.
 */
choice: SettleChoice, };

export type SetupFile = { 
/**
 * `acme.kommo.com`.
 */
kommoAddress: string, 
/**
 * Empty for the usual address.
 */
oneflowAddress: string, 
/**
 * Name of the template it was made for.
 */
template: string, };

export type SourceChoice = { 
/**
 * E.g. `deal_price`, `deal_field:510201`, `fixed:Growth`.
 */
id: string, 
/**
 * What in Kommo.
 */
kind: SourceKind, 
/**
 * Name of the custom field, where it is one.
 */
field: string | null, };

export type SourceChoices = { 
/**
 * In the order in which they are offered.
 */
sources: Array<SourceChoice>, };

export type SourceKind = "deal_name" | "deal_id" | "deal_price" | "deal_won_on" | "deal_owner" | "deal_field" | "company_name" | "company_field" | "contact_name" | "contact_email" | "contact_phone" | "contact_field" | "today" | "fixed";

export type StageChoice = { 
/**
 * `{pipeline}-{stage}`.
 */
id: string, 
/**
 * Pipeline and stage.
 */
name: string, 
/**
 * A stage outside Won re-opens the deal.
 */
reopens: boolean, };

export type TemplateChoice = { 
/**
 * In Oneflow's order.
 */
workspaces: Array<WorkspaceChoice>, };

export type TextsDto = { 
/**
 * After the publish.
 */
sent: string, 
/**
 * After each signature.
 */
participantSigned: string, 
/**
 * After the last signature.
 */
allSigned: string, 
/**
 * After a decline.
 */
declined: string, 
/**
 * The task after a decline.
 */
declinedTask: string, 
/**
 * After the deadline.
 */
expired: string, 
/**
 * The task after the deadline.
 */
expiredTask: string, };

export type TheirsDto = { 
/**
 * The draft.
 */
contract: string, 
/**
 * Who stands on our side of it; empty where Oneflow does not say.
 */
person: string, 
/**
 * It was made on this computer, by a click that has ended.
 */
isOwn: boolean, 
/**
 * When it was made, by Oneflow's clock. RFC 3339.
 */
createdAt: string | null, 
/**
 * When this computer last looked at it. RFC 3339.
 */
seenAt: string, 
/**
 * Whether it reads back exactly as its author saw it: only then can it be sent from here.
 */
canPublish: boolean, 
/**
 * Both sets of values, in the order of the preview.
 */
values: Array<BothSides>, };

export type ThemeChoice = "system" | "light" | "dark";

export type TimelineEntry = { 
/**
 * What.
 */
kind: TimelineKind, 
/**
 * Who, where it was a participant.
 */
name: string | null, 
/**
 * RFC 3339.
 */
at: string, };

export type TimelineKind = "clicked" | "created" | "sent" | "opened" | "delivery_failed" | "participant_signed" | "all_signed" | "declined" | "expired" | "revived";

export type UiEvent = { "kind": "state", 
/**
 * All of it.
 */
state: AppState, } | { "kind": "send", 
/**
 * As it stands now.
 */
send: SendDto, } | { "kind": "deals" } | { "kind": "contracts", 
/**
 * Which ones; empty for "any".
 */
contracts: Array<string>, } | { "kind": "activity" } | { "kind": "needs_you" } | { "kind": "show", 
/**
 * Which contract.
 */
contract: string, };

export type WaitCode = "offline" | "token" | "rate_limit" | "service" | "contracts";

export type WorkspaceChoice = { 
/**
 * Oneflow's id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Active ones only.
 */
templates: Array<Choice>, };

export type WriteBackCode = "waiting" | "done" | "parked";

export type WriteBackDto = { 
/**
 * Names it.
 */
id: string, 
/**
 * What.
 */
part: WriteBackPart, 
/**
 * Because of what.
 */
because: TimelineKind, 
/**
 * Text of the note or task.
 */
text: string, 
/**
 * Where it stands.
 */
state: WriteBackCode, 
/**
 * Why it waits or was left alone.
 */
reason: WriteBackReason | null, };

export type WriteBackPart = "field" | "stage" | "task" | "note" | "file";

export type WriteBackReason = "deal_moved" | "deal_gone" | "field_taken" | "field_missing" | "refused" | "forbidden" | "too_old" | "missing";

export type WriteBackRequest = { 
/**
 * Which.
 */
id: string, 
/**
 * Try again, or leave it for good.
 */
again: boolean, };
