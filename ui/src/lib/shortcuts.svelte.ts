/** Who answers a shortcut now: the newest holder that wants it, so that a detail wins over its list. */
import { isComposing, isTyping, shortcutsOf, type Shortcut } from "./keyboard";

/** A handler that answers `false` did not want the key after all. */
export type ShortcutHandlers = Partial<Record<Shortcut, (event: KeyboardEvent) => unknown>>;

const holders: (() => ShortcutHandlers)[] = [];

let letters = $state(true);

export function setSingleLetters(on: boolean): void {
  letters = on;
}

/** Answers shortcuts for as long as the calling component lives. */
export function useShortcuts(handlers: () => ShortcutHandlers): void {
  $effect(() => {
    holders.push(handlers);
    return () => void holders.splice(holders.indexOf(handlers), 1);
  });
}

/** Whether somebody would answer now. */
export function canAct(shortcut: Shortcut): boolean {
  return holders.some((handlers) => handlers()[shortcut] !== undefined);
}

/** Does what the shortcut would do, for who found it in words. */
export function act(shortcut: Shortcut): void {
  const handler = holders.findLast((handlers) => handlers()[shortcut])?.()[shortcut];
  handler?.(new KeyboardEvent("keydown"));
}

/** Letters move in the list from anywhere; arrows belong to what has the focus, a group of choices for example. */
export function moves(event: KeyboardEvent): boolean {
  return !event.key.startsWith("Arrow") || event.target === document.body;
}

/** Heard before every other: what belongs to an input method saves, closes or chooses nothing. */
export function shieldComposing(event: KeyboardEvent): void {
  if (isComposing(event)) event.stopPropagation();
}

/** The window's one key handler. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  // A modal dialog or an open menu keeps the keys for itself.
  if (document.querySelector("dialog:modal, [role=menu]")) return;
  const meant = shortcutsOf(event, { typing: isTyping(event.target), singleLetters: letters });
  for (const shortcut of meant) {
    for (const handlers of holders.toReversed()) {
      const handler = handlers()[shortcut];
      if (!handler || handler(event) === false) continue;
      event.preventDefault();
      return;
    }
  }
}
