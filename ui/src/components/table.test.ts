import { describe, expect, test } from "vitest";
import { partsOf, windowOf } from "./table";

describe("the window over a long table", () => {
  const rowsOf = (active: number) => {
    const { first, last } = windowOf(36_000, 720, 36, 100_000);
    return partsOf(first, last, active, 100_000);
  };

  test("holds what is in sight and a few rows beyond", () => {
    expect(windowOf(36_000, 720, 36, 100_000)).toEqual({ first: 992, last: 1028 });
    expect(windowOf(0, 720, 36, 5)).toEqual({ first: 0, last: 5 });
    expect(windowOf(0, 0, 0, 5)).toEqual({ first: 0, last: 0 });
  });

  test("keeps every row's place: gaps and rows add up to the whole", () => {
    for (const active of [0, 500, 1000, 1028, 99_999]) {
      const covered = rowsOf(active).reduce((sum, part) => sum + ("gap" in part ? part.gap : 1), 0);
      expect(covered, `active ${active}`).toBe(100_000);
    }
  });

  test("never lets go of the active row, wherever it was scrolled to", () => {
    for (const active of [0, 500, 1000, 1028, 99_999]) {
      expect(rowsOf(active), `active ${active}`).toContainEqual({ index: active });
    }
  });

  test("names each row once", () => {
    const indices = rowsOf(1000).flatMap((part) => ("index" in part ? [part.index] : []));
    expect(new Set(indices).size).toBe(indices.length);
  });
});
