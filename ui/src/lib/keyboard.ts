/** The keyboard map of ui.md §7: which keys mean what. It knows nothing of what happens then. */

export type Shortcut =
  | "commands"
  | "down"
  | "up"
  | "extendDown"
  | "extendUp"
  | "select"
  | "open"
  | "back"
  | "send"
  | "undo"
  | "search"
  | "view1"
  | "view2"
  | "view3"
  | "view4"
  | "refresh"
  | "openInOneflow"
  | "openInKommo"
  | "help";

interface Key {
  /** `KeyboardEvent.key`, lower case for letters. */
  key: string;
  /** Ctrl, or Cmd on a Mac. */
  primary?: boolean;
  shift?: boolean;
}

export const keymap: Record<Shortcut, Key[]> = {
  commands: [{ key: "k", primary: true }],
  down: [{ key: "ArrowDown" }, { key: "j" }],
  up: [{ key: "ArrowUp" }, { key: "k" }],
  extendDown: [{ key: "ArrowDown", shift: true }],
  extendUp: [{ key: "ArrowUp", shift: true }],
  select: [{ key: "x" }],
  open: [{ key: "Enter" }],
  back: [{ key: "Escape" }],
  send: [{ key: "Enter", primary: true }],
  undo: [{ key: "u" }, { key: "z", primary: true }],
  search: [{ key: "/" }, { key: "f", primary: true }],
  view1: [{ key: "1" }],
  view2: [{ key: "2" }],
  view3: [{ key: "3" }],
  view4: [{ key: "4" }],
  refresh: [{ key: "r" }],
  openInOneflow: [{ key: "o" }],
  openInKommo: [{ key: "d" }],
  help: [{ key: "?" }],
};

export const isMac = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);

/** A key that would write a character if a text box had the focus. */
function writes(key: Key): boolean {
  return key.key.length === 1 && !key.primary;
}

function pressed(event: KeyboardEvent, key: Key): boolean {
  const primary = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  if (other || event.altKey || primary !== (key.primary ?? false)) return false;
  // "?" and "/" need Shift on some keyboards: for characters the character alone counts.
  const character = key.key.length === 1 && !/[a-z]/.test(key.key);
  if (!character && event.shiftKey !== (key.shift ?? false)) return false;
  return (event.key.length === 1 ? event.key.toLowerCase() : event.key) === key.key;
}

/** Whether keys pressed in this element write text there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type)
  );
}

/**
 * Whether an input method takes this key for itself, to choose or end what is being composed. WebKit sends the Enter
 * that ends a composition after its end, when only the code tells.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export interface KeyContext {
  typing: boolean;
  /** Settings can switch single letters off. */
  singleLetters: boolean;
}

/** Everything this key press could mean, in the order of the map. */
export function shortcutsOf(event: KeyboardEvent, { typing, singleLetters }: KeyContext): Shortcut[] {
  return (Object.keys(keymap) as Shortcut[]).filter((shortcut) =>
    keymap[shortcut].some((key) => {
      if (!pressed(event, key)) return false;
      if (writes(key)) return !typing && singleLetters;
      // In a text box the box's own keys stay its own.
      if (typing)
        return shortcut === "commands" || shortcut === "send" || shortcut === "back" || shortcut === "search";
      return true;
    }),
  );
}

const shown: Record<string, string> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  Enter: isMac ? "⏎" : "Enter",
  Escape: "Esc",
};

/** The first key of a shortcut as it is written on keyboards: "⌘K" or "Ctrl K". */
export function keyLabel(shortcut: Shortcut): string {
  const key = keymap[shortcut][0]!;
  const name = shown[key.key] ?? key.key.toUpperCase();
  const parts = [key.primary && (isMac ? "⌘" : "Ctrl"), key.shift && (isMac ? "⇧" : "Shift"), name];
  return parts.filter(Boolean).join(isMac ? "" : " ");
}
