import { describe, expect, test } from "vitest";
import type { DealRow } from "../../bindings";
import { Selection } from "./selection.svelte";

const rows = Array.from({ length: 8 }, (_, at) => ({
  id: String(at),
  status: { kind: at === 3 ? "awaiting" : "ready" },
})) as DealRow[];
const rowAt = (index: number) => rows[index];
const ids = (selection: Selection) => selection.deals.map(({ id }) => id).sort();

describe("choosing deals", () => {
  test("takes and lets go, but never takes what is not ready", () => {
    const selection = new Selection();
    for (const at of [1, 2, 3, 2]) selection.toggle(at, rowAt);
    expect(ids(selection)).toEqual(["1"]);
  });

  test("with Shift takes everything on the way, and lets go again on the way back", () => {
    const selection = new Selection();
    for (const [from, to] of [
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ] as const)
      selection.extend(from, to, rowAt);
    expect(ids(selection)).toEqual(["1", "2", "4", "5"]);
    selection.extend(5, 4, rowAt);
    expect(ids(selection)).toEqual(["1", "2", "4"]);
    selection.extend(4, 3, rowAt);
    selection.extend(3, 2, rowAt);
    selection.extend(2, 1, rowAt);
    selection.extend(1, 0, rowAt);
    expect(ids(selection)).toEqual(["0", "1"]);
  });

  test("with Shift keeps what was chosen elsewhere before", () => {
    const selection = new Selection();
    selection.toggle(7, rowAt);
    selection.extend(0, 1, rowAt);
    selection.extend(1, 0, rowAt);
    expect(ids(selection)).toEqual(["0", "7"]);
  });

  test("a range by mouse begins at the row chosen last", () => {
    const selection = new Selection();
    selection.range(5, rowAt);
    expect(ids(selection), "without one, it is only a click").toEqual(["5"]);
    selection.range(7, rowAt);
    expect(ids(selection)).toEqual(["5", "6", "7"]);
  });

  test("lets go of what has left meanwhile", () => {
    const selection = new Selection();
    selection.add(rows.slice(0, 3));
    selection.refresh([{ ...rows[1]!, status: { kind: "sending", send: "s" } }]);
    expect(ids(selection)).toEqual(["0", "2"]);
  });
});
