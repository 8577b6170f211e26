import { expect, test } from "vitest";
import type { ContractDto } from "../../bindings";
import { connect } from "../../lib/engine";
import { OpenContract } from "./openContract.svelte";

test("an older answer that comes last changes nothing", async () => {
  const asked: { answer: (dto: ContractDto) => void; refuse: (why: Error) => void }[] = [];
  connect({
    rpc: () => new Promise((answer, refuse) => asked.push({ answer, refuse })),
    listen: () => () => undefined,
  });
  const contract = new OpenContract("8812");
  const loads = [contract.load(), contract.load(), contract.load()];
  asked[2]!.answer({ name: "signed" } as ContractDto);
  asked[0]!.answer({ name: "awaiting" } as ContractDto);
  asked[1]!.refuse(new Error("the line broke"));
  await Promise.all(loads);
  expect([contract.dto?.name, contract.error]).toEqual(["signed", undefined]);
});
