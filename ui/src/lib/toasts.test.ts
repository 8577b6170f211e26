import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dismissToast, holdToasts, toast, toasts } from "./toasts.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  holdToasts(false);
  toasts().forEach(({ id }) => dismissToast(id));
  vi.useRealTimers();
});

const texts = () => toasts().map(({ text }) => text);
const MINUTE = 60_000;

test("what is told goes away by itself, but not under a person's pointer or focus", () => {
  toast("Sent");
  holdToasts(true);
  vi.advanceTimersByTime(MINUTE);
  expect(texts()).toEqual(["Sent"]);
  holdToasts(false);
  vi.advanceTimersByTime(MINUTE);
  expect(texts()).toEqual([]);
});

test("one that was dismissed under the focus holds no later one", () => {
  toast("Sent");
  holdToasts(true);
  dismissToast(toasts()[0]!.id);
  toast("Sent again");
  vi.advanceTimersByTime(MINUTE);
  expect(texts()).toEqual([]);
});
