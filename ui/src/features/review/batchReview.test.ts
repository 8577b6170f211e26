import { beforeEach, describe, expect, test, vi } from "vitest";
import type { DealRow, PreviewDto, SendRequest } from "../../bindings";
import { connect } from "../../lib/engine";
import { SETTLE_MS } from "../../lib/settling";
import { BatchReview, Entry, type Previewed } from "./batchReview.svelte";

interface Asked {
  batch: string;
  clicks: SendRequest[];
}

let asked: Asked[];
let answer: (request: Asked) => Promise<unknown>;
let time: number;

beforeEach(() => {
  asked = [];
  time = 0;
  answer = ({ batch }) => Promise.resolve({ id: batch, sends: [], refused: [], canUndo: false });
  connect({
    rpc: (_command, payload) => {
      asked.push(payload as Asked);
      return answer(payload as Asked);
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
    expect(asked.map(({ clicks }) => clicks.map(({ deal, preview }) => [deal, preview]))).toEqual([
      [
        ["d0", "preview of d0"],
        ["d2", "preview of d2"],
      ],
    ]);
  });

  test("repeats a batch that got no answer as the same batch, with the same clicks", async () => {
    const one = await review([0, 0]);
    approve(one);
    approve(one);
    time += SETTLE_MS;
    answer = () => Promise.reject(new Error("the line broke"));
    await one.send();
    await one.send();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  test("after a refusal makes another batch", async () => {
    const one = await review([0]);
    approve(one);
    time += SETTLE_MS;
    answer = () => Promise.reject({ code: "disk_full", params: {}, retryAfterMs: null, incident: null });
    await one.send();
    await one.send();
    expect(new Set(asked.map(({ batch }) => batch)).size).toBe(2);
    expect(one.error?.code).toBe("disk_full");
  });

  test("does not take the key for the last deal as the word for all", async () => {
    const one = await review([0]);
    approve(one);
    await one.send();
    expect(asked).toEqual([]);
  });

  test("reads anew what was refused", async () => {
    const one = await review([0, 0]);
    const [kept, refused] = one.entries.map(({ preview }) => vi.spyOn(preview, "load"));
    approve(one);
    approve(one);
    time += SETTLE_MS;
    const error = { code: "preview_changed", params: {}, retryAfterMs: null, incident: null };
    answer = ({ batch, clicks }) =>
      Promise.resolve({
        id: batch,
        sends: [],
        refused: [{ send: clicks[1]!.send, deal: "d1", error }],
        canUndo: false,
      });
    await one.send();
    expect(one.entries.map(({ standing }) => standing)).toEqual(["approved", "refused"]);
    expect(kept).not.toHaveBeenCalled();
    expect(refused).toHaveBeenCalledOnce();
  });
});
