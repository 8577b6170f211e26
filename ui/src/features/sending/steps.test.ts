import { expect, test } from "vitest";
import type { SendStateCode } from "../../bindings";
import { steps, stepLook } from "./steps";

test.each<[SendStateCode, string]>([
  ["queued", "open open open"],
  ["creating", "running open open"],
  ["create_unknown", "unsure open open"],
  ["created", "done running open"],
  ["completing", "done running open"],
  ["publishing", "done done running"],
  ["publish_unknown", "done done unsure"],
  ["published", "done done done"],
])("a send that is %s shows %s", (state, looks) => {
  expect(steps.map((step) => stepLook(state, step)).join(" ")).toBe(looks);
});
