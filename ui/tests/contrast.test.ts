// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../src/styles/tokens.css", import.meta.url), "utf8");
const [base, more] = css.split("@media (prefers-contrast: more)");

type Mode = "light" | "dark";

function tokens(source: string, mode: Mode): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, light, dark] of source.matchAll(/(--[\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)/g)) {
    found.set(name!, mode === "light" ? light! : dark!);
  }
  return found;
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high! + 0.05) / (low! + 0.05);
}

const grounds = ["--bg", "--bg-raised", "--bg-sunken", "--bg-hover", "--bg-selected"];
const statuses = ["--good", "--warn", "--bad", "--wait"];

/** [foreground, background, least contrast] */
const pairs: [string, string, number][] = [
  ...grounds.map((ground): [string, string, number] => ["--text", ground, 7]),
  ...grounds.flatMap((ground) =>
    ["--text-muted", "--accent", ...statuses].map((name): [string, string, number] => [name, ground, 4.5]),
  ),
  ...grounds.map((ground): [string, string, number] => ["--line-control", ground, 3]),
  ...statuses.flatMap((name): [string, string, number][] => [
    [name, `${name}-soft`, 4.5],
    ["--text", `${name}-soft`, 7],
    ["--text-muted", `${name}-soft`, 4.5],
  ]),
  ["--accent-text", "--accent", 4.5],
  ["--accent-text", "--accent-hover", 4.5],
];

for (const mode of ["light", "dark"] as const) {
  for (const [setting, source] of [
    ["", base!],
    [" with more contrast", base! + more!],
  ]) {
    test(`every pair of colours can be read in ${mode}${setting}`, () => {
      const values = tokens(source!, mode);
      const poor = pairs
        .map(([front, back, least]) => ({
          front,
          back,
          least,
          is: contrast(values.get(front)!, values.get(back)!),
        }))
        .filter(({ is, least }) => !(is >= least));
      expect(poor).toEqual([]);
    });
  }
}
