import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { formatRelative } from "./format";
import { setLanguage, type Language } from "./messages.svelte";

// Summer time ends there on 25 October and begins on 29 March; a language is also told to the page, and there is none.
beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Stockholm");
  vi.stubGlobal("document", { documentElement: {} });
});
afterEach(() => {
  setLanguage("en");
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

describe("how long ago something was", () => {
  test.each<[language: Language, at: string, now: string, words: string]>([
    ["en", "2026-11-23T09:00", "2026-11-23T09:00:30", "now"],
    ["en", "2026-11-23T09:00", "2026-11-23T09:59", "59 minutes ago"],
    ["en", "2026-11-23T23:00", "2026-11-24T22:59", "23 hours ago"],
    ["en", "2026-11-23T09:00", "2026-11-24T10:00", "yesterday"],
    ["en", "2026-11-23T09:00", "2026-11-25T08:00", "2 days ago"],
    ["sv", "2026-11-23T09:00", "2026-11-25T08:00", "i förrgår"],
    ["en", "2026-11-23T23:59", "2026-11-29T00:01", "6 days ago"],
    ["en", "2026-10-24T12:00", "2026-10-25T12:00", "yesterday"],
    ["en", "2026-10-24T00:30", "2026-10-26T00:15", "2 days ago"],
    ["en", "2026-03-28T00:15", "2026-03-30T00:30", "2 days ago"],
    ["en", "2026-11-25T08:00", "2026-11-23T09:00", "in 2 days"],
  ])("in %s: %s, seen %s, was %s", (language, at, now, words) => {
    setLanguage(language);
    expect(formatRelative(new Date(at), Date.parse(now))).toBe(words);
  });

  test("is said as a date once the week is over", () => {
    expect(formatRelative(new Date("2026-11-16T23:59"), Date.parse("2026-11-23T00:30"))).toMatch(/2026/);
  });
});
