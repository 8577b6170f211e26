import { expect, test } from "vitest";
import type { DealDetail, SendDto } from "../../bindings";
import { connect } from "../../lib/engine";
import { liveSend } from "../../lib/sends.svelte";
import { OpenDeal } from "./openDeal.svelte";

/** A deal whose questions are answered by the test, in the order that it likes. */
function opened() {
  const asked: { answer: (detail: DealDetail) => void; refuse: (why: Error) => void }[] = [];
  connect({
    rpc: () => new Promise((answer, refuse) => asked.push({ answer, refuse })),
    listen: () => () => undefined,
  });
  return { deal: new OpenDeal("7"), asked };
}

const detail = (state: SendDto["state"]): DealDetail => ({
  row: { id: "7" } as DealDetail["row"],
  send: { id: "s1", deal: "7", state, holdLeftMs: 0 } as SendDto,
  contracts: [],
});

test("an older answer that comes last changes nothing", async () => {
  const { deal, asked } = opened();
  const loads = [deal.load(), deal.load(), deal.load()];
  asked[2]!.answer(detail("published"));
  asked[0]!.answer(detail("completing"));
  asked[1]!.refuse(new Error("the line broke"));
  await Promise.all(loads);
  expect(deal.detail?.send?.state).toBe("published");
  expect(liveSend("s1")?.state, "what the strip and the panel show").toBe("published");
  expect(deal.error).toBeUndefined();
});
