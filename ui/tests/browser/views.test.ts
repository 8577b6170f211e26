import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

function story(): FakeEngine {
  const engine = new FakeEngine();
  engine.out(3);
  engine.out(8, "signed");
  engine.out(12, "declined");
  return engine;
}

/** The signs are drawn last. */
const views: [name: string, route: string, ...signs: string[]][] = [
  ["deals", "#/deals", "Uppdrag 042"],
  ["a preview", "#/deals/510201", "Uppdrag 042", "Konsultavtal 2026"],
  ["a blocked preview", "#/deals/510205", "Uppdrag 042", "Konsultavtal 2026"],
  ["contracts", "#/contracts", "Uppdrag 045"],
  ["a contract", "#/contracts/8812001", "Uppdrag 045", "Save signed PDF"],
  ["activity", "#/activity", "All parties have signed"],
  ["needs you", "#/needs-you", "Nothing needs you"],
];

for (const colorScheme of ["light", "dark"] as const) {
  test.each(views)(
    `%s can be used by everybody and keeps the policy, in ${colorScheme}`,
    async (_name, route, ...signs) => {
      window = await openWindow(story(), { route, colorScheme });
      for (const sign of signs) await window.page.getByText(sign).first().waitFor();
      expect(await window.axe()).toEqual([]);
      expect(window.troubles).toEqual([]);
    },
  );
}

test("every view can be reached by its link and by its number", async () => {
  window = await openWindow(story(), { route: "#/deals" });
  const { page } = window;
  for (const [name, hash] of [
    ["Contracts", "#/contracts"],
    ["Activity", "#/activity"],
    ["Needs you", "#/needs-you"],
    ["Settings", "#/settings"],
    ["Deals", "#/deals"],
  ] as const) {
    await page.getByRole("link", { name, exact: true }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe(hash);
  }
  await page.locator("body").press("2");
  await page.getByRole("table", { name: "Contracts" }).waitFor();
});

test("at twice the text size, in a narrow window, nothing is pushed out of sight", async () => {
  window = await openWindow(story(), { route: "#/deals/510201", viewport: { width: 900, height: 600 } });
  const { page } = window;
  // What a browser does for a person who has set a larger default text size.
  await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  expect(await page.getByRole("button", { name: "Send contract" }).isVisible()).toBe(true);
});

test("a command can be found by its words and run", async () => {
  window = await openWindow(story(), { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 042").waitFor();
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox", { name: "Commands" });
  await box.waitFor();
  expect(await window.axe()).toEqual([]);
  await box.fill("cont");
  await page.keyboard.press("Enter");
  await page.getByRole("table", { name: "Contracts" }).waitFor();
});

test("another language is shown at once, without a reload", async () => {
  const engine = story();
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 042").waitFor();
  engine.state = { ...engine.state, preferences: { ...engine.state.preferences, language: "sv" } };
  engine.count();
  await page.getByRole("link", { name: "Avtal", exact: true }).waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe("sv");
});

test("an engine that takes long to start is waited for, in words", async () => {
  const engine = story();
  engine.silent.add("app_state");
  window = await openWindow(engine, { route: "#/deals" });
  await window.page.getByText("Opening Countersign").waitFor();
  expect(await window.axe()).toEqual([]);
});

test("an engine that does not answer at the start is said, and can be asked again", async () => {
  const engine = story();
  engine.failing.set("app_state", {
    code: "database_newer",
    params: {},
    retryAfterMs: null,
    incident: "7f3a",
  });
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  await page.getByText("For support: 7f3a").waitFor();
  expect(await window.axe()).toEqual([]);
  engine.failing.delete("app_state");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Uppdrag 042").waitFor();
});
