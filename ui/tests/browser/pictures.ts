/** `npm run pictures`: every view and state, light and dark, wide and narrow, for looking at. Not a test. */
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { answerNeeds } from "./fakeNeeds";
import { firstRunScenes } from "./firstRunScenes";
import { closeBrowser, openWindow } from "./window";

const out = process.env["PICTURES"] ?? "/tmp/pictures";
mkdirSync(out, { recursive: true });

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 } };
const only = process.env["ONLY"];

function story(): FakeEngine {
  const engine = new FakeEngine(8000);
  engine.out(3);
  engine.out(8, "signed");
  engine.out(12, "declined");
  engine.out(15, "expired");
  engine.out(20);
  return engine;
}

/** Clicks that came to a halt, each in its own way. */
function halted(): FakeEngine {
  const engine = story();
  engine.halt(1, {
    state: "stopped",
    why: { code: "differences", params: {} },
    differences: [
      { kind: "value", slot: "field:amount", label: "Amount", seen: "7919.50", now: "8400" },
      {
        kind: "value",
        slot: "client.email",
        label: "",
        seen: "jurgen@example.com",
        now: "j.muller@example.com",
      },
    ],
  });
  engine.halt(2, {
    state: "rejected",
    contract: "8812100",
    why: { code: "plan", params: { contract: "8812100" } },
    choices: ["try_again", "give_up"],
  });
  engine.halt(4, {
    state: "needs_you",
    contract: "8812101",
    why: { code: "colleagues_draft", params: { contract: "8812099" } },
    choices: ["publish_theirs", "discard_theirs", "look_again"],
    differences: [{ kind: "value", slot: "field:plan", label: "Plan", seen: "Growth", now: "Enterprise" }],
  });
  return engine;
}

/** What was clicked without a connection. */
function offline(): FakeEngine {
  const engine = story();
  const trouble = { ok: false, trouble: "offline", since: null, until: null } as const;
  engine.state = { ...engine.state, kommo: trouble, oneflow: trouble };
  const send = engine.halt(1, { state: "queued", canUndo: true, waits: "offline" });
  engine.deals[1]!.status = { kind: "queued", send: send.id };
  engine.count();
  return engine;
}

/** A contract whose deal moved on. */
function drifted(): FakeEngine {
  const engine = story();
  engine.drift([...engine.contracts.keys()][0]!);
  return engine;
}

async function choose({ page }: { page: Page }, count: number): Promise<void> {
  await page.getByText("Uppdrag 042").waitFor();
  await page.keyboard.press("j");
  for (let at = 1; at < count; at++) await page.keyboard.press("Shift+ArrowDown");
}

interface Scene {
  name: string;
  route: string;
  engine?: () => FakeEngine;
  act?: (window: Awaited<ReturnType<typeof openWindow>>, engine: FakeEngine) => Promise<void>;
}

const scenes: Scene[] = [
  ...firstRunScenes,
  { name: "deals", route: "#/deals" },
  { name: "deals-empty", route: "#/deals", engine: () => new FakeEngine(8000, 0) },
  {
    name: "deals-loading",
    route: "#/deals/510200",
    engine: () => {
      const engine = story();
      engine.silent.add("deals_page").add("preview").add("deal");
      engine.state = { ...engine.state, progress: { work: "first_sync", done: 340, total: 1200 } };
      return engine;
    },
  },
  {
    name: "deals-error",
    route: "#/deals",
    engine: () => {
      const engine = story();
      engine.failing.set("deals_page", {
        code: "disk_full",
        params: {},
        retryAfterMs: null,
        incident: "7f3a",
      });
      engine.state = {
        ...engine.state,
        kommo: { ok: false, trouble: "offline", since: null, until: null },
        oneflow: { ok: false, trouble: "oneflow_unauthorized", since: null, until: null },
      };
      return engine;
    },
  },
  { name: "preview", route: "#/deals/510201" },
  { name: "preview-blocked", route: "#/deals/510205" },
  {
    name: "preview-edit",
    route: "#/deals/510201",
    act: async ({ page }) =>
      page.getByRole("list", { name: "Problems" }).getByRole("button", { name: "Fix" }).first().click(),
  },
  {
    name: "leaving",
    route: "#/deals/510201",
    act: async ({ page }) => {
      await page.waitForTimeout(900);
      await page.getByRole("button", { name: "Send contract" }).click();
      await page.waitForTimeout(1500);
    },
  },
  { name: "chosen", route: "#/deals", act: (window) => choose(window, 5) },
  {
    name: "review",
    route: "#/deals",
    act: async (window) => {
      await choose(window, 8);
      await window.page.keyboard.press("Control+Enter");
    },
  },
  {
    name: "review-leaving",
    route: "#/deals",
    act: async (window) => {
      const { page } = window;
      await choose(window, 4);
      await page.keyboard.press("Control+Enter");
      for (let at = 0; at < 5; at++) {
        await page.waitForTimeout(700);
        await page.keyboard.press("Control+Enter");
      }
      await page.waitForTimeout(500);
    },
  },
  { name: "offline", route: "#/deals/510201", engine: offline },
  {
    name: "needs-all",
    route: "#/needs-you",
    engine: () => {
      const engine = story();
      answerNeeds(engine);
      return engine;
    },
  },
  { name: "drift", route: "#/contracts/8812000", engine: drifted },
  { name: "stopped", route: "#/deals/510201", engine: halted },
  { name: "refused", route: "#/deals/510202", engine: halted },
  { name: "needs-many", route: "#/needs-you", engine: halted },
  {
    name: "confirm",
    route: "#/deals/510202",
    engine: halted,
    act: async ({ page }) => page.getByRole("button", { name: "Give up" }).click(),
  },
  {
    name: "search",
    route: "#/deals",
    act: async ({ page }) => page.getByRole("searchbox", { name: "Search deals" }).fill("oresund"),
  },
  { name: "contracts", route: "#/contracts" },
  { name: "contract", route: "#/contracts/8812001" },
  { name: "contract-declined", route: "#/contracts/8812002" },
  { name: "activity", route: "#/activity" },
  { name: "needs", route: "#/needs-you" },
  { name: "palette", route: "#/deals/510201", act: async ({ page }) => page.keyboard.press("Control+k") },
  {
    name: "rtl",
    route: "#/deals/510201",
    act: async ({ page }) => page.evaluate(() => void (document.documentElement.dir = "rtl")),
  },
  {
    name: "large-text",
    route: "#/deals/510201",
    act: async ({ page }) =>
      page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%")),
  },
  {
    name: "large-list",
    route: "#/deals",
    act: async ({ page }) =>
      page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%")),
  },
  {
    name: "toast",
    route: "#/deals/510201",
    engine: () => Object.assign(story(), { holdMs: 200 }),
    act: async ({ page }) => {
      await page.waitForTimeout(900);
      await page.getByRole("button", { name: "Send contract" }).click();
      await page.getByText("Sent to").waitFor();
    },
  },
  {
    name: "account",
    route: "#/deals",
    act: async ({ page }) => page.getByRole("button", { name: /Nordkonsult AB/ }).click(),
  },
  { name: "help", route: "#/deals", act: async ({ page }) => page.keyboard.press("?") },
];

for (const scene of scenes.filter(({ name }) => !only || only.split(",").includes(name))) {
  test(
    scene.name,
    async () => {
      for (const colorScheme of ["light", "dark"] as const) {
        for (const [size, viewport] of Object.entries(sizes)) {
          if (process.env["SIZE"] && process.env["SIZE"] !== `${size}-${colorScheme}`) continue;
          const engine = scene.engine?.() ?? story();
          const window = await openWindow(engine, { colorScheme, viewport, route: scene.route });
          await window.page.waitForTimeout(400);
          await scene.act?.(window, engine);
          await window.page.waitForTimeout(250);
          await window.page.screenshot({ path: `${out}/${scene.name}-${size}-${colorScheme}.png` });
          if (window.troubles.length > 0) console.log(scene.name, window.troubles);
          await window.close();
        }
      }
    },
    60_000,
  );
}

test("end", closeBrowser);
