import { beforeEach, describe, expect, test, vi } from "vitest";
import type { DealRow, PreviewDto, SendDto, SendRequest } from "../../bindings";
import { connect } from "../../lib/engine";
import { undoSends } from "../../lib/sends.svelte";
import { SETTLE_MS } from "../../lib/settling";
import { BatchReview, Entry, type Previewed } from "./batchReview.svelte";

interface Asked {
  batch: string;
  clicks: SendRequest[];
}

let asked: Asked[];
/** How the engine answers each command of a batch. */
let answer: Record<string, (request: Asked) => Promise<unknown>>;
let time: number;
/** No id is made twice: what was heard of a send outlives its review. */
let next = 1;

const batchOf = (batch: string, sends: SendDto[]) => ({ id: batch, sends, refused: [], canUndo: true });
const none = ({ batch }: Asked) => Promise.resolve(batchOf(batch, []));
const taken = ({ batch, clicks }: Asked) =>
  Promise.resolve(
    batchOf(
      batch,
      clicks.map((click) => leaving(click, batch)),
    ),
  );
const lost = () => Promise.reject(new Error("the line broke"));

function leaving({ send, deal }: SendRequest, batch: string): SendDto {
  return { id: send, batch, deal, state: "held", canUndo: true, holdLeftMs: 1, why: null } as SendDto;
}

beforeEach(() => {
  asked = [];
  time = 0;
  answer = { send_several: none, batch: none };
  connect({
    rpc: (command, payload) => {
      if (command === "send_several") asked.push(payload as Asked);
      return answer[command]!(payload as Asked);
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
  const made = new BatchReview(
    entries,
    () => time,
    () => `id${next++}`,
  );
  await made.prepare();
  return made;
}

/** A review in which all were approved, a moment later. */
async function approved(count: number): Promise<BatchReview<Previewed>> {
  const one = await review(Array.from({ length: count }, () => 0));
  while (approve(one));
  time += SETTLE_MS;
  return one;
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

  test("repeats clicks that got no answer under their own ids", async () => {
    const one = await approved(2);
    answer["send_several"] = lost;
    await one.send();
    await one.send();
    expect(asked).toHaveLength(2);
    expect(asked[1]!.clicks).toEqual(asked[0]!.clicks);
  });

  test("never sends what was skipped after its click got no answer", async () => {
    const one = await approved(2);
    answer["send_several"] = lost;
    await one.send();
    one.show("d0");
    one.skip();
    time += SETTLE_MS;
    await one.send();
    expect(asked[1]!.clicks).toEqual([asked[0]!.clicks[1]]);
  });

  test("shows as sent what was taken though the answer got lost", async () => {
    const one = await approved(2);
    answer["send_several"] = lost;
    answer["batch"] = ({ batch }) =>
      Promise.resolve(batchOf(batch, [leaving(asked[0]!.clicks[0]!, asked[0]!.batch)]));
    await one.send();
    expect(one.entries.map(({ standing }) => standing)).toEqual(["clicked", "approved"]);
    expect(one.failed?.error.code, "the other was not taken").toBe("internal");
    one.show("d0");
    one.skip();
    expect(one.entries[0]!.standing, "too late to skip it").toBe("clicked");
  });

  test("says nothing of an answer that got lost when all were taken", async () => {
    const one = await approved(2);
    answer["send_several"] = lost;
    answer["batch"] = ({ batch }) =>
      Promise.resolve(
        batchOf(
          batch,
          asked[0]!.clicks.map((click) => leaving(click, asked[0]!.batch)),
        ),
      );
    await one.send();
    expect(one.count("clicked")).toBe(2);
    expect(one.failed).toBeUndefined();
  });

  test("sends nothing more before it is known what became of a batch", async () => {
    const one = await approved(2);
    answer["send_several"] = lost;
    answer["batch"] = lost;
    await one.send();
    await one.send();
    expect(asked).toHaveLength(1);
    answer["batch"] = none;
    await one.send();
    expect(asked).toHaveLength(2);
  });

  test("keeps what was approved when all are refused, and says why", async () => {
    const one = await approved(1);
    answer["send_several"] = () =>
      Promise.reject({ code: "disk_full", params: {}, retryAfterMs: null, incident: null });
    await one.send();
    expect(one.failed?.error.code).toBe("disk_full");
    expect(one.count("approved")).toBe(1);
  });

  test("clicks anew what is edited after its click got no answer", async () => {
    const one = await approved(1);
    answer["send_several"] = lost;
    await one.send();
    const [entry] = one.entries;
    Object.assign(entry!.preview, { dto: { ...entry!.preview.dto!, id: "edited" } });
    one.show("d0");
    approve(one);
    time += SETTLE_MS;
    await one.send();
    expect(asked[1]!.clicks[0]!.preview).toBe("edited");
    expect(asked[1]!.clicks[0]!.send).not.toBe(asked[0]!.clicks[0]!.send);
  });

  test("keeps what was approved, wherever it is taken back", async () => {
    const one = await approved(2);
    answer["send_several"] = taken;
    await one.send();
    expect(one.count("clicked")).toBe(2);
    const undone = one.leaving.map((send) => ({ ...send, state: "undone" as const, canUndo: false }));
    answer["undo_batch"] = ({ batch }) => Promise.resolve(batchOf(batch, undone));
    await undoSends(one.leaving);
    expect(one.count("approved")).toBe(2);
    one.show("d0");
    one.skip();
    expect(one.count("approved"), "each can be decided on anew").toBe(1);
    time += SETTLE_MS;
    await one.send();
    expect(asked[1]!.clicks.map(({ deal }) => deal)).toEqual(["d1"]);
    expect(asked[1]!.clicks[0]!.send, "another click").not.toBe(asked[0]!.clicks[1]!.send);
  });

  test("says what failed, also when the deals have changed meanwhile", async () => {
    const one = await approved(1);
    const { preview } = one.entries[0]!;
    answer["send_several"] = () => {
      Object.assign(preview, { dto: { ...preview.dto!, id: "as it is now" } });
      return lost();
    };
    await one.send();
    expect(one.failed?.error.code).toBe("internal");
  });

  test("tries again what failed, not something else", async () => {
    const one = await approved(1);
    answer["send_several"] = taken;
    await one.send();
    let undone = 0;
    answer["undo_batch"] = () => (undone++, lost());
    await one.undo();
    expect(one.failed?.error.code).toBe("internal");
    await one.failed!.again();
    expect(undone).toBe(2);
    expect(asked, "nothing was sent by it").toHaveLength(1);
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
    answer["send_several"] = ({ batch, clicks }) =>
      Promise.resolve({
        ...batchOf(batch, []),
        refused: [{ send: clicks[1]!.send, deal: "d1", error }],
      });
    await one.send();
    expect(one.entries.map(({ standing }) => standing)).toEqual(["approved", "refused"]);
    expect(kept).not.toHaveBeenCalled();
    expect(refused).toHaveBeenCalledOnce();
  });
});
