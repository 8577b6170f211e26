import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { daysBetween, isoDay } from "./calendar";

// Summer time begins there on 29 March and ends on 25 October.
beforeEach(() => void vi.stubEnv("TZ", "Europe/Stockholm"));
afterEach(() => void vi.unstubAllEnvs());

test.each([
  ["2026-11-25T00:00", "2026-11-25T23:59", 0],
  ["2026-11-25T23:59", "2026-11-26T00:00", 1],
  ["2026-11-23T09:00", "2026-11-25T08:00", 2],
  ["2026-11-25T08:00", "2026-11-23T09:00", -2],
  ["2026-03-28T12:00", "2026-03-30T12:00", 2],
  ["2026-10-25T00:00", "2026-10-25T23:59", 0],
  ["2026-10-24T12:00", "2026-10-26T12:00", 2],
])("from %s to %s it is %i days", (from, to, days) => {
  expect(daysBetween(new Date(from), new Date(to))).toBe(days);
});

test.each([
  ["2026-11-25T23:30Z", "2026-11-26"],
  ["2026-12-31T23:00Z", "2027-01-01"],
  ["2026-01-02T03:04Z", "2026-01-02"],
])("%s is in Stockholm %s", (at, day) => {
  expect(isoDay(new Date(at))).toBe(day);
});
