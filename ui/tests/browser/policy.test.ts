import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const assets = new URL("../../dist/assets", import.meta.url).pathname;
const scripts = readdirSync(assets).filter((file) => file.endsWith(".js"));

/** Forms that break the content security policy, in WebView2 at least (ui-stack.md §3). */
test.each(["style=", "createElement(`style`)", 'createElement("style")', "eval(", "new Function("])(
  "nothing that was built, libraries included, holds %s",
  (form) => {
    expect(scripts.length).toBeGreaterThan(0);
    const found = scripts.flatMap((file) => {
      const text = readFileSync(join(assets, file), "utf8");
      const at = form === "style=" ? text.search(/<[a-z][^<>]* style=["']/) : text.indexOf(form);
      return at < 0 ? [] : [`${file}: ${text.slice(Math.max(0, at - 60), at + 60)}`];
    });
    expect(found).toEqual([]);
  },
);

test("the page itself has no inline script or style", () => {
  const page = readFileSync(join(assets, "../index.html"), "utf8");
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
});
