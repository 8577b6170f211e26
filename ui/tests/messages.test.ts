// @vitest-environment node
import { parse as parseMessage, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseSvelte } from "svelte/compiler";
import { describe, expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;
const read = (path: string) => readFileSync(join(root, path), "utf8");

type Catalogue = Record<string, string>;
const catalogues = Object.fromEntries(
  readdirSync(join(root, "messages")).map((file) => [
    file.replace(".json", ""),
    JSON.parse(read(`messages/${file}`)) as Catalogue,
  ]),
);
const english = catalogues["en"]!;

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(svelte|ts)$/.test(file) && !file.endsWith(".test.ts") && !file.startsWith("bindings"))
  .map((file) => ({ file, text: read(join("src", file)) }));

interface Shape {
  /** "count:plural", "email:argument" */
  inputs: string[];
  /** The plural forms of each plural in it. */
  plurals: string[][];
}

function shapeOf(text: string): Shape {
  const inputs = new Set<string>();
  const plurals: string[][] = [];
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      if (element.type === TYPE.tag) {
        walk(element.children);
        continue;
      }
      inputs.add(`${element.value}:${TYPE[element.type]}`);
      if (element.type !== TYPE.plural && element.type !== TYPE.select) continue;
      if (element.type === TYPE.plural) plurals.push(Object.keys(element.options));
      for (const option of Object.values(element.options)) walk(option.value);
    }
  };
  walk(parseMessage(text, { ignoreTag: true }));
  return { inputs: [...inputs].sort(), plurals };
}

describe.each(Object.entries(catalogues))("messages in %s", (language, messages) => {
  test("are there for every key of English, and for no other", () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort());
  });

  test("take the same inputs as in English", () => {
    const unlike = Object.keys(english).filter(
      (key) =>
        key in messages && String(shapeOf(messages[key]!).inputs) !== String(shapeOf(english[key]!).inputs),
    );
    expect(unlike).toEqual([]);
  });

  test("have every plural form the language needs", () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const poor = Object.entries(messages).flatMap(([key, text]) =>
      shapeOf(text).plurals.flatMap((forms) =>
        needed.filter((form) => !forms.includes(form)).map((form) => `${key} lacks ${form}`),
      ),
    );
    expect(poor).toEqual([]);
  });

  test("are never empty", () => {
    expect(Object.keys(messages).filter((key) => !messages[key]!.trim())).toEqual([]);
  });

  test("for Rust have only plain slots", () => {
    const rich = Object.entries(messages)
      .filter(([key]) => key.startsWith("native."))
      .filter(
        ([, text]) =>
          shapeOf(text).inputs.some((input) => !input.endsWith(":argument")) || text.includes("'"),
      );
    expect(rich).toEqual([]);
  });
});

test("every message is used", () => {
  const everything = sources.map(({ text }) => text).join("\n");
  // `error.${code}.title` uses every key of that shape.
  const shapes = [...everything.matchAll(/`([a-z][\w-]*\.[^`]*\$\{[^`]*)`/gi)].map(
    ([, template]) =>
      new RegExp(
        `^${template!
          .split(/\$\{[^}]*\}/)
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
          .join("[\\w-]+")}$`,
      ),
  );
  const unused = Object.keys(english)
    .filter((key) => !key.startsWith("native."))
    .filter((key) => !everything.includes(`"${key}"`) && !shapes.some((shape) => shape.test(key)));
  expect(unused).toEqual([]);
});

test("no words stand in the markup itself", () => {
  const spoken = new Set(["label", "title", "placeholder", "aria-label", "hint", "alt", "subtitle", "body"]);
  const literals: string[] = [];
  interface Node {
    type?: string;
    name?: string;
    data?: string;
    value?: unknown;
  }
  const walk = (node: unknown, file: string): void => {
    if (Array.isArray(node)) return node.forEach((one) => walk(one, file));
    if (!node || typeof node !== "object") return;
    const { type, name, data, value } = node as Node;
    if (type === "Attribute") {
      const words = Array.isArray(value) ? (value as Node[]).map((part) => part.data ?? "").join("") : "";
      if (spoken.has(name ?? "") && /\p{L}{2}/u.test(words)) literals.push(`${file}: ${name}="${words}"`);
      return;
    }
    if (type?.endsWith("Directive")) return;
    if (type === "Text" && /\p{L}{2}/u.test(data ?? "")) literals.push(`${file}: ${(data ?? "").trim()}`);
    for (const [key, child] of Object.entries(node))
      if (key !== "css" && key !== "instance" && key !== "module") walk(child, file);
  };
  for (const { file, text } of sources.filter(({ file }) => file.endsWith(".svelte"))) {
    walk(parseSvelte(text, { modern: true }).fragment, file);
  }
  // The name of the product is the same in every language.
  expect(literals.filter((one) => !one.endsWith(": Countersign"))).toEqual([]);
}, 30_000);
