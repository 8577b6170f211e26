import { expect, test } from "vitest";
import type { SendDto } from "../bindings";
import { connect } from "./engine";
import { hearSend, leavingSends, sendAllNow, undoSends } from "./sends.svelte";

const held = (id: string, batch: string | null = null) =>
  ({ id, batch, state: "held", canUndo: true, holdLeftMs: 1 }) as SendDto;

test.each([
  ["leave at once", sendAllNow, "send_now", "send_batch_now"],
  ["are taken back", undoSends, "undo_send", "undo_batch"],
])("many sends %s, those of one batch together", async (_words, all, alone, together) => {
  const asked: unknown[] = [];
  connect({
    rpc: (command, payload) => {
      asked.push([command, payload]);
      return Promise.resolve(command === together ? { sends: [] } : held("1"));
    },
    listen: () => () => undefined,
  });
  [held("1"), held("2", "b"), held("3", "b")].forEach(hearSend);
  await all(leavingSends());
  expect(asked).toEqual([
    [alone, { send: "1" }],
    [together, { batch: "b" }],
  ]);
});
