/** What the fake engine answers during set-up and in the settings. */
import type {
  IpcError,
  MappingDto,
  Proposal,
  RuleDto,
  SettingsDto,
  SourceChoice,
  StageChoice,
} from "../../src/bindings";
import type { FakeEngine } from "./fakeEngine";

const no = (code: IpcError["code"], params: IpcError["params"] = {}): IpcError => ({
  code,
  params,
  retryAfterMs: null,
  incident: null,
});

const rule = (sources: string[], fallback: string | null = null): RuleDto => ({
  sources,
  default: fallback,
  format: "plain",
});

export const mapping: MappingDto = {
  version: 3,
  workspace: "13001",
  template: "17001",
  name: "Agreement with {company} - {plan}",
  subject: "Agreement with {company}",
  message: "Hello {contact},\n\nour agreement is ready for you to read and sign online.\n\nKind regards",
  company: rule(["deal_field:510201", "company_name", "contact_name"]),
  plan: rule(["deal_field:510202"], "Growth"),
  fields: [
    { customId: "customer", label: "Customer", rule: rule(["company_name", "contact_name"]), required: true },
    { customId: "plan", label: "Plan", rule: rule(["deal_field:510202"], "Growth"), required: false },
    {
      customId: "amount",
      label: "Amount",
      rule: { ...rule(["deal_price"]), format: "spaced_comma" },
      required: true,
    },
    { customId: "start_date", label: "Start date", rule: rule(["today"]), required: false },
    {
      customId: "leveransvillkor_och_betalningsplan_for_hela_avtalsperioden",
      label: "Leveransvillkor och betalningsplan för hela avtalsperioden inklusive förlängningar",
      rule: rule(["company_field:77", "fixed:30 dagar netto"]),
      required: false,
    },
    { customId: "reference", label: "Reference", rule: rule([]), required: false },
  ],
};

export const stages: StageChoice[] = [
  { id: "1-142", name: "New business · Won", reopens: false },
  { id: "1-501", name: "New business · Delivery", reopens: true },
  { id: "2-142", name: "Renewals · Won", reopens: false },
];

export const sources: SourceChoice[] = [
  { id: "deal_name", kind: "deal_name", field: null },
  { id: "deal_id", kind: "deal_id", field: null },
  { id: "deal_price", kind: "deal_price", field: null },
  { id: "deal_won_on", kind: "deal_won_on", field: null },
  { id: "deal_owner", kind: "deal_owner", field: null },
  { id: "deal_field:510201", kind: "deal_field", field: "Avtalsnamn" },
  { id: "deal_field:510202", kind: "deal_field", field: "Plan" },
  { id: "company_name", kind: "company_name", field: null },
  { id: "company_field:77", kind: "company_field", field: "Leveransvillkor" },
  { id: "contact_name", kind: "contact_name", field: null },
  { id: "contact_email", kind: "contact_email", field: null },
  { id: "contact_phone", kind: "contact_phone", field: null },
  { id: "today", kind: "today", field: null },
];

const users = [
  { id: "1", name: "Karin Lind" },
  { id: "2", name: "Óscar Núñez" },
  { id: "3", name: "Sara Ek" },
];

/** Tokens that are let in; everything else is refused as the services would. */
export const kommoToken = "kommo.token.right";
export const oneflowToken = "oneflow-token-right";

export function answerSetup(engine: FakeEngine, missing = false): void {
  const proposal: Proposal = {
    mapping,
    preview: engine.deals.length > 0 ? engine.preview(engine.deals[0]!.id, null, {}) : null,
    internalName: "Karin Lind",
    internalEmail: "karin.lind@nordkonsult.example",
    stages,
    contractField: missing ? "missing" : "present",
    markerFields: missing ? "needs_administrator" : "present",
  };
  const connected = {
    kind: "connected" as const,
    account: "Nordkonsult AB",
    address: "nordkonsult.kommo.com",
    oneflow: "Nordkonsult AB",
    user: "1",
  };
  let settings: SettingsDto = {
    mapping,
    user: "1",
    internalName: "Karin Lind",
    internalEmail: "karin.lind@nordkonsult.example",
    stageWhenSigned: null,
    stages,
    users,
    texts: {
      sent: "Oneflow: contract #{id} sent for signing -> {email}",
      participantSigned: "Oneflow: {name} signed the contract",
      allSigned: "Oneflow: all parties have signed the contract",
      declined: "Oneflow: {name} declined the contract",
      declinedTask: "Clarify objections - contract declined in Oneflow",
      expired: "Oneflow: contract signing deadline expired",
      expiredTask: "Send a new version of the contract",
    },
  };

  engine.answer({
    start_sample: () => {
      engine.state = { ...engine.state, profile: { kind: "sample", account: "Nordkonsult AB", user: "1" } };
      return engine.state;
    },
    test_kommo: ({ address, token }) => {
      if (!address.startsWith("nordkonsult")) throw no("address_unknown", { address });
      if (token !== kommoToken) throw no("kommo_unauthorized");
      return {
        account: "Nordkonsult AB",
        address: "nordkonsult.kommo.com",
        currency: "EUR",
        won: 122,
        more: false,
        tokenEnds: "2027-12-27T00:00:00Z",
        tokenDays: 400,
      };
    },
    test_oneflow: ({ token, email }) => {
      if (token !== oneflowToken) throw no("oneflow_token_malformed");
      if (!email.startsWith("karin")) throw no("oneflow_user_unknown", { email });
      return {
        account: "Nordkonsult AB",
        user: "Karin Lind",
        templates: 4,
        workspaces: 2,
        hiddenWorkspaces: missing,
      };
    },
    setup_people: () => ({ users, proposed: "1" }),
    setup_templates: () => ({
      workspaces: [
        {
          id: "13001",
          name: "Sales Nordics",
          templates: [
            { id: "17001", name: "Konsultavtal 2026" },
            { id: "17002", name: "Ramavtal" },
          ],
        },
        { id: "13002", name: "Partners", templates: [{ id: "17003", name: "Partner agreement" }] },
      ],
    }),
    setup_proposal: ({ workspace, template }) => ({
      ...proposal,
      mapping: { ...mapping, workspace, template },
    }),
    create_contract_field: () => ({ ...proposal, contractField: "present" }),
    add_marker_fields: () => ({ ...proposal, markerFields: "present" }),
    finish_setup: () => {
      engine.state = { ...engine.state, profile: connected };
      return engine.state;
    },
    leave_setup: () => ({}),
    save_setup_file: () => ({ name: "nordkonsult.countersign.json" }),
    open_setup_file: () => ({
      kommoAddress: "nordkonsult.kommo.com",
      oneflowAddress: "",
      template: "Konsultavtal 2026",
    }),
    replace_token: (request) => {
      if (request.token === "wrong") throw no("kommo_other_account");
      return engine.state;
    },
    retry_keychain: () => engine.state,
    settings: () => settings,
    save_settings: (changed) =>
      (settings = { ...changed, mapping: { ...changed.mapping, version: changed.mapping.version + 1 } }),
    mapping_sources: () => ({ sources }),
  });
}
