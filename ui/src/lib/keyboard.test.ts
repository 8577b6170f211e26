import { describe, expect, test } from "vitest";
import { shortcutsOf, type KeyContext, type Shortcut } from "./keyboard";

interface Press {
  key: string;
  ctrlKey?: boolean;
  shiftKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

const reading: KeyContext = { typing: false, singleLetters: true };

function meant(press: Press, context = reading): Shortcut[] {
  const up = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };
  return shortcutsOf({ ...up, ...press } as KeyboardEvent, context);
}

describe("a key press", () => {
  test.each<[string, Press, Shortcut[]]>([
    ["J", { key: "j" }, ["down"]],
    ["J with caps lock", { key: "J" }, ["down"]],
    ["arrow down", { key: "ArrowDown" }, ["down"]],
    ["Shift+arrow down", { key: "ArrowDown", shiftKey: true }, ["extendDown"]],
    ["Shift+arrow up", { key: "ArrowUp", shiftKey: true }, ["extendUp"]],
    ["X", { key: "x" }, ["select"]],
    ["Ctrl+Enter", { key: "Enter", ctrlKey: true }, ["send"]],
    ["Enter", { key: "Enter" }, ["open"]],
    ["Ctrl+Z", { key: "z", ctrlKey: true }, ["undo"]],
    ["U", { key: "u" }, ["undo"]],
    ["/ on a keyboard that needs Shift for it", { key: "/", shiftKey: true }, ["search"]],
    ["?", { key: "?", shiftKey: true }, ["help"]],
    ["Shift+J", { key: "J", shiftKey: true }, []],
    ["Alt+J", { key: "j", altKey: true }, []],
    ["Ctrl+J", { key: "j", ctrlKey: true }, []],
    ["Shift+Ctrl+Enter", { key: "Enter", ctrlKey: true, shiftKey: true }, []],
  ])("of %s", (_name, press, shortcuts) => {
    expect(meant(press)).toEqual(shortcuts);
  });

  test("that writes text while typing does nothing else", () => {
    const typing = { ...reading, typing: true };
    for (const key of ["j", "k", "u", "x", "/", "?", "1", "r", "o", "d"])
      expect(meant({ key }, typing), key).toEqual([]);
    for (const key of ["Enter", "ArrowDown"]) expect(meant({ key }, typing), key).toEqual([]);
    expect(meant({ key: "z", ctrlKey: true }, typing), "undo of the typing itself").toEqual([]);
    expect(meant({ key: "k", ctrlKey: true }, typing)).toEqual(["commands"]);
    expect(meant({ key: "Escape" }, typing)).toEqual(["back"]);
  });

  test("of a single letter can be switched off", () => {
    expect(meant({ key: "j" }, { typing: false, singleLetters: false })).toEqual([]);
    expect(meant({ key: "ArrowDown" }, { typing: false, singleLetters: false })).toEqual(["down"]);
  });
});
