import { expect, test } from "vitest";
import type { FinishRequest, MappingDto, Proposal, TemplateChoice } from "../../bindings";
import { connect } from "../../lib/engine";
import { ContractChoice } from "./contractChoice.svelte";

const proposal: Proposal = {
  mapping: { version: 1 } as MappingDto,
  preview: null,
  internalName: "Karin Lind",
  internalEmail: "karin@example.com",
  stages: [
    { id: "1-142", name: "Sales · Won", reopens: false },
    { id: "1-501", name: "Sales · Delivery", reopens: true },
  ],
  contractField: "missing",
  markerFields: "present",
};

const two: TemplateChoice["workspaces"] = [
  {
    id: "1",
    name: "Sales",
    templates: [
      { id: "11", name: "Konsultavtal" },
      { id: "12", name: "Ramavtal" },
    ],
  },
  { id: "2", name: "Partners", templates: [{ id: "21", name: "Partner agreement" }] },
];

/** Answers every command from memory and keeps what was asked. */
function answering(workspaces: TemplateChoice["workspaces"]) {
  const asked: { command: string; payload: unknown }[] = [];
  const answers: Record<string, unknown> = {
    setup_templates: { workspaces },
    setup_proposal: proposal,
    create_contract_field: { ...proposal, contractField: "present" },
    finish_setup: { version: "0.1.0" },
  };
  connect({
    rpc: (command, payload) => {
      asked.push({ command, payload });
      return Promise.resolve(answers[command]);
    },
    listen: () => () => undefined,
  });
  return asked;
}

const settled = () => new Promise((done) => setTimeout(done));

test("what is alone is chosen at once, what is not is left to the person", async () => {
  const check = async (workspaces: TemplateChoice["workspaces"], wanted: [string, string], file?: string) => {
    answering(workspaces);
    const choice = new ContractChoice(file);
    await choice.readTemplates();
    expect([choice.workspace, choice.template]).toEqual(wanted);
  };
  await check(two, ["", ""]);
  await check([two[1]!], ["2", "21"]);
  await check([two[0]!], ["1", ""]);
  await check(two, ["1", "12"], "Ramavtal");
  await check(two, ["", ""], "A template that is gone");
});

test("nothing can be finished before a template is chosen, and a signatory is whole or none", async () => {
  answering(two);
  const choice = new ContractChoice();
  await choice.readTemplates();
  choice.workspace = "2";
  expect(choice.isComplete).toBe(false);
  await settled();
  expect([choice.template, choice.internalName, choice.isComplete]).toEqual(["21", "Karin Lind", true]);
  choice.internalName = "";
  expect(choice.isComplete).toBe(false);
  choice.internalEmail = "";
  expect(choice.isComplete).toBe(true);
  choice.setsAside = true;
  expect(choice.isComplete).toBe(false);
  choice.setAsideBefore = "2026-01-01";
  expect(choice.isComplete).toBe(true);
});

test("another template does not take away the signatory that a person typed", async () => {
  answering(two);
  const choice = new ContractChoice();
  await choice.readTemplates();
  choice.workspace = "2";
  await settled();
  choice.internalName = "Sara Ek";
  choice.internalEmail = "sara@example.com";
  choice.workspace = "1";
  choice.template = "12";
  await settled();
  expect([choice.internalName, choice.internalEmail]).toEqual(["Sara Ek", "sara@example.com"]);
});

test("a field that was created is no longer missing, and all else stays as it was chosen", async () => {
  answering(two);
  const choice = new ContractChoice();
  await choice.readTemplates();
  choice.workspace = "2";
  await settled();
  choice.stage = "1-501";
  expect(choice.reopens).toBe(true);
  await choice.create("contract");
  expect([choice.proposal?.contractField, choice.stage, choice.template]).toEqual(["present", "1-501", "21"]);
});

test("what was chosen is what is sent, and nothing stands for what was left open", async () => {
  const asked = answering([two[1]!]);
  const choice = new ContractChoice();
  await choice.readTemplates();
  await settled();
  choice.setAsideBefore = "2026-01-01";
  await choice.finish(null);
  const sent = asked.at(-1)!.payload as FinishRequest;
  expect(sent).toEqual({
    user: null,
    mapping: proposal.mapping,
    internalName: "Karin Lind",
    internalEmail: "karin@example.com",
    stageWhenSigned: null,
    setAsideBefore: null,
  });
});
