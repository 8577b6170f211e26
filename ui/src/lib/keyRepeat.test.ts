import { expect, test } from "vitest";
import { KeyRepeat } from "./keyRepeat";

test("a held key is told from one that is pressed anew, however the system reports it", () => {
  const keys = new KeyRepeat();
  expect(keys.isHeld(false, 1000), "first press").toBe(false);
  expect(keys.isHeld(true, 1500), "reported as a repeat").toBe(true);
  keys.released(2000);
  expect(keys.isHeld(false, 2001), "reported as a pair of keyup and keydown").toBe(true);
  expect(keys.isHeld(false, 2200), "pressed anew").toBe(false);
});
