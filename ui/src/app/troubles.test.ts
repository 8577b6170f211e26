import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AppState } from "../bindings";
import { troublesOf } from "./troubles";

beforeEach(() => void vi.stubEnv("TZ", "Europe/Stockholm"));
afterEach(() => void vi.unstubAllEnvs());

function stateWith(change: Partial<AppState>): AppState {
  const service = { ok: true, trouble: null, since: null, until: null };
  return {
    keychain: "ready",
    kommo: service,
    oneflow: service,
    unreadable: 0,
    tokenEnds: null,
    ...change,
  } as AppState;
}

test.each([
  ["2026-11-25T18:00", "today"],
  ["2026-11-26T00:00", "tomorrow"],
  ["2026-11-26T15:00", "tomorrow"],
  ["2026-11-27T09:00", "in 2 days"],
  ["2026-12-25T11:00", "in 30 days"],
  ["2026-11-24T18:00", "today"],
])("a token that ends at %s is told of on 25 November, 10:00: it ends %s", (at, words) => {
  const state = stateWith({ tokenEnds: new Date(at).toISOString() });
  const titles = troublesOf(state, Date.parse("2026-11-25T10:00")).map(({ title }) => title);
  expect(titles).toEqual([`The Kommo token ends ${words}`]);
});
