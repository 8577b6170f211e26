import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import en from "../../messages/en.json";
import type { ErrorCode, NeedCode } from "../bindings";
import { codeWords, errorWords } from "./errors";
import { languages, setLanguage } from "./messages.svelte";
import { needWords } from "./needs";

/** The codes that have words under this prefix; bindings hold that no code is without. */
const codes = <Code extends string>(prefix: string): Code[] =>
  Object.keys(en)
    .filter((key) => key.startsWith(`${prefix}.`) && key.endsWith(".title"))
    .map((key) => key.slice(prefix.length + 1, -".title".length) as Code);

/** What a text must not show: an empty pair of quotes, the word for "left open", doubled spaces, a bare full stop. */
const hole = /“”|””|"none"|\bnone\b|\s{2}|\s\./;

// A language is also told to the page, and there is none here.
beforeEach(() => vi.stubGlobal("document", { documentElement: {} }));
afterEach(() => {
  setLanguage("en");
  vi.unstubAllGlobals();
});

describe.each(languages)("in %s", (language) => {
  test("every error reads well though no slot is filled", () => {
    setLanguage(language);
    const poor = codes<ErrorCode>("error")
      .map((code) => codeWords(code))
      .filter(({ title, body }) => hole.test(`${title}. ${body}`));
    expect(poor).toEqual([]);
  });

  test("everything that needs a person reads well though no slot is filled", () => {
    setLanguage(language);
    const poor = codes<NeedCode>("need")
      .map((code) => needWords({ code, params: { text: "" } }))
      .filter(({ title, body }) => hole.test(`${title}. ${body}`));
    expect(poor).toEqual([]);
  });
});

test("what is known is said", () => {
  const check = (code: ErrorCode, params: Record<string, string>, wanted: string) =>
    expect(codeWords(code, params).body).toContain(wanted);
  check("oneflow_user_unknown", { email: "karin@example.com" }, "“karin@example.com” is no user");
  check("clock_wrong", { minutes: "12" }, "off by 12 minutes");
  check("clock_wrong", { minutes: "" }, "off by many minutes");
  check("kommo_token_expired", { day: "2026-11-20" }, "2026");
  check("already_sent", { state: "declined" }, "It was declined.");
});

test("what Oneflow refused is said to be a draft there only if it is", () => {
  const body = (code: NeedCode, contract: string) => needWords({ code, params: { text: "", contract } }).body;
  expect(body("plan", "")).toBe("Nothing was created. Your Oneflow plan needs API access.");
  expect(body("plan", "8812000")).toContain("The contract is saved there as a draft.");
  // A draft that is there is sent as it is when it is tried again.
  expect(body("invalid", "8812000")).toContain("Give up, correct it, and send again.");
  expect(body("invalid", "")).toContain("Correct it in the deal or in Settings, then send again.");
});

test("support is spoken of only where there is something to give it", () => {
  const poor = codes<ErrorCode>("error")
    .map((code) => codeWords(code).body)
    .filter((body) => body.includes("For support"));
  expect(poor).toEqual([]);
});

test("what nobody foresaw names what the log calls it", () => {
  setLanguage("en");
  const said = errorWords({ code: "internal", params: {}, retryAfterMs: null, incident: "0af31c77" });
  expect(said.body).toContain("0af31c77");
});
