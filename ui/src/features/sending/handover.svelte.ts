/**
 * Buttons that take each other's place under the hand that pressed them, as "Undo" does that of "Send contract": the
 * focus goes on to the new one, and what is left of the press, a key held or pressed twice, is not meant for it.
 */
import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";
import { on } from "svelte/events";
import type { KeyRepeat } from "../../lib/keyRepeat";
import { SETTLE_MS } from "../../lib/settling";

/** For the place in which they stand, one at a time; `stands` says which. */
export function handover(stands: () => string, keys: KeyRepeat): Attachment<HTMLElement> {
  let place: HTMLElement | undefined;
  let since = -Infinity;

  // Before the old one is removed: afterwards nobody knows who had the focus.
  $effect.pre(() => {
    stands();
    since = performance.now();
    if (place?.contains(document.activeElement)) void tick().then(takeFocus);
  });

  function takeFocus(): void {
    if (document.activeElement !== document.body) return;
    // Where a send can be hurried on as well as taken back, the last one takes it back.
    const buttons = place?.querySelectorAll("button") ?? [];
    [...buttons].at(-1)?.focus({ preventScroll: true });
  }

  function ignoreHeld(event: KeyboardEvent): void {
    if (event.key === "Enter" && keys.isHeld(event.repeat, event.timeStamp)) event.preventDefault();
  }

  /** A key clicks without a count; a mouse counts the second of two quick clicks as such. */
  function ignoreSecond(event: MouseEvent): void {
    if (event.detail !== 1 && performance.now() - since < SETTLE_MS) event.stopPropagation();
  }

  return (element) => {
    place = element;
    const stops = [on(element, "keydown", ignoreHeld), on(element, "click", ignoreSecond, { capture: true })];
    return () => stops.forEach((stop) => stop());
  };
}
