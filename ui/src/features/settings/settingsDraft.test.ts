import { expect, test } from "vitest";
import type { IpcError, MappingDto, RuleDto, SettingsDto } from "../../bindings";
import { connect } from "../../lib/engine";
import { SettingsDraft } from "./settingsDraft.svelte";

const rule: RuleDto = { sources: ["company_name"], default: null, format: "plain" };

const mapping: MappingDto = {
  version: 3,
  workspace: "1",
  template: "11",
  name: "Agreement with {company}",
  subject: "Agreement",
  message: "Hello",
  company: rule,
  plan: rule,
  fields: [{ customId: "customer", label: "Customer", rule, required: true }],
};

const saved: SettingsDto = {
  mapping,
  user: null,
  internalName: "",
  internalEmail: "",
  stageWhenSigned: null,
  stages: [{ id: "1-501", name: "Sales · Delivery", reopens: true }],
  users: [],
  texts: {
    sent: "sent",
    participantSigned: "signed",
    allSigned: "all signed",
    declined: "declined",
    declinedTask: "call",
    expired: "expired",
    expiredTask: "send again",
  },
};

/** A draft that was read; `answers` can be changed by the test. */
async function opened() {
  const answers: Record<string, unknown> = {
    settings: saved,
    mapping_sources: { sources: [] },
    setup_proposal: { mapping: { ...mapping, version: 1, template: "12", fields: [], name: "Proposed" } },
  };
  connect({
    rpc: (command, payload) => {
      if (command === "save_settings" && !(command in answers)) {
        return Promise.resolve(structuredClone(payload));
      }
      const answer = answers[command] as IpcError;
      return "code" in answer ? Promise.reject(answer as unknown as Error) : Promise.resolve(answer);
    },
    listen: () => () => undefined,
  });
  const draft = new SettingsDraft();
  await draft.load();
  return { draft, answers };
}

test("only a change that may be saved can be saved", async () => {
  const { draft } = await opened();
  const check = (dirty: boolean, may: boolean) =>
    expect([draft.isDirty, draft.maySave]).toEqual([dirty, may]);
  check(false, false);
  draft.draft!.mapping.fields[0]!.rule.sources.push("contact_name");
  check(true, true);
  draft.draft!.internalName = "Karin Lind";
  check(true, false);
  draft.draft!.internalEmail = "karin@example.com";
  check(true, true);
  draft.draft!.texts.sent = " ";
  check(true, false);
  expect(draft.emptyTexts).toEqual(["sent"]);
  draft.discard();
  check(false, false);
});

test("what was saved is what counts from then on", async () => {
  const { draft } = await opened();
  draft.draft!.mapping.name = "Avtal med {company}";
  expect(await draft.save()).toBe(true);
  expect([draft.isDirty, draft.draft?.mapping.name]).toEqual([false, "Avtal med {company}"]);
});

test("what is changed while it is being saved stays, and is not saved yet", async () => {
  const { draft, answers } = await opened();
  draft.draft!.mapping.name = "Avtal med {company}";
  let save: (answer: SettingsDto) => void = () => undefined;
  answers["save_settings"] = new Promise<SettingsDto>((done) => (save = done));
  const saving = draft.save();
  draft.draft!.mapping.subject = "Avtal";
  const name = "Avtal med {company}";
  save({ ...saved, mapping: { ...mapping, name, version: 4 } });
  expect(await saving).toBe(true);
  expect([draft.draft?.mapping.subject, draft.isDirty]).toEqual(["Avtal", true]);
  draft.draft!.mapping.subject = mapping.subject;
  expect([draft.draft?.mapping.name, draft.isDirty], "taken back again").toEqual([name, false]);
});

test("what could not be saved is not lost", async () => {
  const { draft, answers } = await opened();
  answers["save_settings"] = { code: "disk_full", params: {}, retryAfterMs: null, incident: null };
  draft.draft!.mapping.name = "Avtal med {company}";
  expect(await draft.save()).toBe(false);
  expect([draft.saveError?.code, draft.isDirty]).toEqual(["disk_full", true]);
  // Looking elsewhere and coming back reads nothing over it.
  await draft.load();
  expect(draft.draft?.mapping.name).toBe("Avtal med {company}");
});

test("another template brings its own rules and leaves the person's words; the saved one brings back its rules", async () => {
  const { draft } = await opened();
  await draft.chooseTemplate("1", "12");
  expect(draft.isOtherTemplate).toBe(true);
  expect(draft.draft?.mapping).toEqual({ ...mapping, template: "12", fields: [] });
  await draft.chooseTemplate("1", "11");
  expect([draft.isOtherTemplate, draft.isDirty]).toEqual([false, false]);
});

test("a stage outside Won is told of", async () => {
  const { draft } = await opened();
  expect(draft.reopens).toBe(false);
  draft.draft!.stageWhenSigned = "1-501";
  expect(draft.reopens).toBe(true);
});
