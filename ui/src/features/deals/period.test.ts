import { expect, test } from "vitest";
import { firstDayOf, type Period } from "./period";

test.each<[Period, string, string | null]>([
  ["any", "2026-11-22T10:00", null],
  ["week", "2026-11-22T10:00", "2026-11-15"],
  ["month", "2026-03-01T00:00", "2026-01-30"],
  ["quarter", "2026-11-22T23:59", "2026-08-24"],
  ["year", "2024-12-31T12:00", "2024-01-01"],
])("won in the last %s, on %s, counts from %s", (period, today, first) => {
  expect(firstDayOf(period, new Date(today))).toBe(first);
});
