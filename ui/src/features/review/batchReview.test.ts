import { beforeEach, describe, expect, test } from "vitest";
import type { DealRow, PreviewDto, SendRequest } from "../../bindings";
import { connect } from "../../lib/engine";
import { SETTLE_MS } from "../../lib/settling";
import { BatchReview, Entry, type Previewed } from "./batchReview.svelte";

let asked: SendRequest[];
let answer: (click: SendRequest) => Promise<unknown>;
let time: number;

beforeEach(() => {
  asked = [];
  time = 0;
  answer = ({ send, deal }) => Promise.resolve({ id: send, deal, state: "held", holdLeftMs: 0 });
  connect({
    rpc: (_command, payload) => {
      asked.push(payload as SendRequest);
      return answer(payload as SendRequest);
    },
    listen: () => () => undefined,
  });
});

/** A preview with as many warnings, or one that cannot be sent. */
function previewed(deal: string, problems: number | "blocked"): Previewed {
  const dto = {
    id: `preview of ${deal}`,
    sendable: problems !== "blocked",
    problems: Array.from({ length: problems === "blocked" ? 1 : problems }, () => ({})),
  } as PreviewDto;
  return { dto, error: undefined, isPending: false, changedAt: 0, edits: {}, load: () => Promise.resolve() };
}

async function review(problems: (number | "blocked")[]): Promise<BatchReview<Previewed>> {
  const entries = problems.map((some, at) => {
    const row = { id: `d${at}` } as DealRow;
    return new Entry(row, previewed(row.id, some));
  });
  let next = 1;
  const made = new BatchReview(
    entries,
    () => time,
    () => `id${next++}`,
  );
  await made.prepare();
  return made;
}

function approve(one: BatchReview<Previewed>): boolean {
  time += SETTLE_MS;
  return one.approve();
}

describe("a review of several deals", () => {
  test("puts first what cannot be sent, then what should be checked", async () => {
    const one = await review([0, 2, "blocked", 0]);
    expect(one.entries.map(({ id }) => id)).toEqual(["d2", "d1", "d0", "d3"]);
    expect(one.current?.id).toBe("d2");
  });

  test("takes no yes that comes too soon, and none for what cannot be sent", async () => {
    const one = await review(["blocked", 0]);
    expect(approve(one)).toBe(false);
    one.skip();
    expect(one.current?.id).toBe("d1");
    time += SETTLE_MS - 1;
    expect(one.approve()).toBe(false);
    time += 1;
    expect(one.approve()).toBe(true);
    expect(one.current, "all are decided").toBeUndefined();
  });

  test("comes back to what was passed over before it ends", async () => {
    const one = await review([0, 0, 0]);
    one.move(1);
    approve(one);
    expect(one.current?.id).toBe("d2");
    approve(one);
    expect(one.current?.id).toBe("d0");
  });

  test("sends exactly what was approved, as it was seen", async () => {
    const one = await review([0, 0, 0]);
    approve(one);
    one.skip();
    approve(one);
    time += SETTLE_MS;
    await one.send();
    expect(asked.map(({ deal, preview }) => [deal, preview])).toEqual([
      ["d0", "preview of d0"],
      ["d2", "preview of d2"],
    ]);
  });

  test("repeats clicks that got no answer as the same clicks", async () => {
    const one = await review([0, 0]);
    approve(one);
    approve(one);
    time += SETTLE_MS;
    answer = () => Promise.reject(new Error("the line broke"));
    await one.send();
    time += SETTLE_MS;
    await one.send();
    expect(asked).toHaveLength(4);
    expect(asked.slice(2)).toEqual(asked.slice(0, 2));
  });

  test("says of each that is refused why, and asks nothing twice", async () => {
    const one = await review([0]);
    approve(one);
    time += SETTLE_MS;
    answer = () => Promise.reject({ code: "disk_full", params: {}, retryAfterMs: null, incident: null });
    await one.send();
    time += SETTLE_MS;
    await one.send();
    expect(asked).toHaveLength(1);
    expect(one.entries[0]!.error?.code).toBe("disk_full");
  });

  test("does not take the key for the last deal as the word for all", async () => {
    const one = await review([0]);
    approve(one);
    await one.send();
    expect(asked).toEqual([]);
  });
});
