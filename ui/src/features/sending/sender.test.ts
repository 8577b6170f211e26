import { beforeEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../lib/engine";
import { SETTLE_MS } from "../../lib/settling";
import { Sender, type Seen } from "./sender.svelte";

const seen: Seen = {
  preview: "p1",
  deal: "7",
  replaces: null,
  edits: {},
  changedAt: 0,
  renew: () => undefined,
};

/** A platform that notes the ids of the clicks it was given and answers as told. */
let clicks: string[];
let answer: () => Promise<unknown>;

beforeEach(() => {
  clicks = [];
  answer = () => Promise.resolve({ id: "x", holdLeftMs: 0, state: "held" });
  connect({
    rpc: (_command, payload) => {
      clicks.push((payload as { send: string }).send);
      return answer();
    },
    listen: () => () => undefined,
  });
});

function sender(now = SETTLE_MS): Sender {
  let next = 1;
  return new Sender(
    () => now,
    () => `click-${next++}`,
  );
}

describe("a click on Send contract", () => {
  test("is one send when it is a double click", async () => {
    const one = sender();
    await Promise.all([one.send(seen), one.send(seen)]);
    expect(clicks).toEqual(["click-1"]);
  });

  test("is ignored for a moment after the preview changed", async () => {
    expect(await sender(SETTLE_MS - 1).send(seen)).toBeUndefined();
    expect(clicks).toEqual([]);
  });

  test("that got no answer is repeated as the same click", async () => {
    const one = sender();
    answer = () => Promise.reject(new Error("the line broke"));
    await one.send(seen);
    answer = () => Promise.resolve({ id: "click-1", holdLeftMs: 0, state: "held" });
    await one.send(seen);
    expect(clicks).toEqual(["click-1", "click-1"]);
  });

  test.each([
    ["preview_changed", 1],
    ["preview_blocked", 1],
    ["deal_gone", 1],
    ["template_inactive", 1],
    ["template_gone", 1],
    ["disk_full", 0],
    ["internal", 0],
  ])("that is refused as %s has the preview read anew %i times", async (code, times) => {
    const renew = vi.fn();
    answer = () => Promise.reject({ code, params: {}, retryAfterMs: null, incident: null });
    await sender().send({ ...seen, renew });
    expect(renew).toHaveBeenCalledTimes(times);
  });

  test("after a refusal is another click", async () => {
    const one = sender();
    answer = () => Promise.reject({ code: "already_sent", params: {}, retryAfterMs: null, incident: null });
    await one.send(seen);
    await one.send(seen);
    expect(clicks).toEqual(["click-1", "click-2"]);
    expect(one.error?.code).toBe("already_sent");
  });
});
