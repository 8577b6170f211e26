import { beforeEach, expect, test } from "vitest";
import type { WriteBackReason } from "../bindings";
import { connect } from "./engine";
import { againWords, settleWriteBack } from "./writeBacks";

let asked: string[];
let refused: string | undefined;

beforeEach(() => {
  asked = [];
  refused = undefined;
  connect({
    rpc: (command) => {
      asked.push(command);
      return command === refused ? Promise.reject(new Error(command)) : Promise.resolve({});
    },
    listen: () => () => undefined,
  });
});

const part = (reason: WriteBackReason | null) => ({ id: "7", reason });

test("a field that Kommo lacks is made before it is written to, and the button says so", async () => {
  expect(againWords(part("field_missing"), "Try again")).not.toBe("Try again");
  await settleWriteBack(part("field_missing"), true);
  expect(asked).toEqual(["create_contract_field", "settle_write_back"]);
});

test("nothing is written to a field that could not be made", async () => {
  refused = "create_contract_field";
  await expect(settleWriteBack(part("field_missing"), true)).rejects.toBeTruthy();
  expect(asked).toEqual(["create_contract_field"]);
});

test.each(["refused", null] as const)(
  "what stopped for another reason (%s) is only asked again",
  async (reason) => {
    expect(againWords(part(reason), "Try again")).toBe("Try again");
    await settleWriteBack(part(reason), true);
    expect(asked).toEqual(["settle_write_back"]);
  },
);

test("what is left alone makes no field", async () => {
  await settleWriteBack(part("field_missing"), false);
  expect(asked).toEqual(["settle_write_back"]);
});
