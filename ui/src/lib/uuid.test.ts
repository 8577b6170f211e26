import { expect, test } from "vitest";
import { uuid7 } from "./uuid";

test("the id of a send is a UUIDv7 that sorts by time", () => {
  const random = new Uint8Array(16).fill(0xff);
  // The example of RFC 9562, appendix A.6: 2022-02-22 19:22:22 UTC.
  expect(uuid7(1_645_557_742_000, random)).toBe("017f22e2-79b0-7fff-bfff-ffffffffffff");
  expect(uuid7(1_645_557_742_001, random) > uuid7(1_645_557_742_000, random)).toBe(true);
});
