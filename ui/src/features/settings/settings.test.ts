import { expect, test } from "vitest";
import type { RuleDto, SourceChoice } from "../../bindings";
import { partOf } from "./parts";
import { ruleWords, sourceOptions } from "./rules";
import { insertSlot, unknownSlots } from "./textSlots";

const sources: SourceChoice[] = [
  { id: "company_name", kind: "company_name", field: null },
  { id: "deal_field:7", kind: "deal_field", field: "Avtalsnamn" },
];

test("a rule reads as one line", () => {
  const check = (rule: Partial<RuleDto>, wanted: string) =>
    expect(ruleWords({ sources: [], default: null, format: "plain", ...rule }, sources)).toBe(wanted);
  check({ sources: ["deal_field:7", "company_name"] }, "Avtalsnamn, else Company name");
  check({ sources: ["company_name"], default: "Growth" }, "Company name, else “Growth”");
  check({ sources: ["fixed:30 days net"] }, "“30 days net”");
  check({ sources: ["deal_field:8"] }, "A field that Kommo no longer has");
  check({}, "Nothing");
});

test("what a rule takes stays a choice when Kommo has it no more", () => {
  const values = (current: string) => sourceOptions(sources, current).map(({ value }) => value);
  expect(values("company_name")).toEqual(["company_name", "deal_field:7", "fixed:"]);
  expect(values("deal_field:8")).toEqual(["company_name", "deal_field:7", "fixed:", "deal_field:8"]);
  expect(values("fixed:a")).toEqual(["company_name", "deal_field:7", "fixed:"]);
  expect(values("")).toEqual(["company_name", "deal_field:7", "fixed:"]);
});

test("only slots that nothing fills are told of", () => {
  const check = (text: string, wanted: string[]) =>
    expect(unknownSlots(text, ["company", "plan"])).toEqual(wanted);
  check("Agreement with {company} - {plan}", []);
  check("{company}, {comapny} and {comapny}", ["comapny"]);
  check("{} {", [""]);
  check("", []);
});

test("a slot goes where the cursor stands, in place of what is selected", () => {
  expect(insertSlot("Hello !", 6, 6, "contact")).toEqual({ text: "Hello {contact}!", at: 15 });
  expect(insertSlot("Hello you!", 6, 9, "contact")).toEqual({ text: "Hello {contact}!", at: 15 });
});

test("every address of the settings leads to a part", () => {
  const check = (item: string | undefined, wanted: ReturnType<typeof partOf>) =>
    expect(partOf(item)).toEqual(wanted);
  check(undefined, { part: "general", token: undefined });
  check("notes", { part: "notes", token: undefined });
  check("kommo", { part: "accounts", token: "kommo" });
  check("template", { part: "contract", token: undefined });
  check("nowhere", { part: "general", token: undefined });
});
