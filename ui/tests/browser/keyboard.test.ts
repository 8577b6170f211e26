import type { Locator } from "playwright-core";
import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

const hash = () => new URL(window.page.url()).hash;
const asked = (engine: FakeEngine, command: string) => engine.journal.filter((one) => one === command).length;

async function open(engine: FakeEngine, route: string): Promise<void> {
  window = await openWindow(engine, { route });
  await window.page.getByText("Uppdrag 042").first().waitFor();
}

test("each key of the list of deals does what the help says", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals");
  const { page } = window;
  const press = (keys: string) => page.keyboard.press(keys);

  await press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  expect(await window.axe()).toEqual([]);
  await press("Escape");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor({ state: "detached" });

  for (const keys of ["/", "Control+f"]) {
    await press(keys);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("type")), { message: keys })
      .toBe("search");
    await page.keyboard.type("xr2");
    await expect
      .poll(() => page.getByRole("searchbox").inputValue(), { message: "letters are written while typing" })
      .toBe("xr2");
    await page.getByText("No deals found").waitFor();
    await press("Escape");
    await page.getByText("Uppdrag 042").waitFor();
    await page.locator("body").evaluate(() => (document.activeElement as HTMLElement).blur());
  }

  expect(asked(engine, "refresh"), "a letter that was typed").toBe(0);
  await press("r");
  await expect.poll(() => asked(engine, "refresh")).toBe(1);

  await press("j");
  await press("k");
  await press("ArrowDown");
  await press("Enter");
  await expect.poll(hash).toBe("#/deals/510201");
  await press("d");
  await expect.poll(() => asked(engine, "open_link")).toBe(1);
  await press("x");
  await page.getByText("1 chosen").waitFor();
  await press("x");
  await page.getByText("1 chosen").waitFor({ state: "detached" });

  for (const undo of ["u", "Control+z"]) {
    await page.getByRole("button", { name: "Send contract" }).waitFor();
    await page.waitForTimeout(650);
    // Sends and goes on to the next deal; here it is undone from its own detail.
    await press("Control+Enter");
    await expect.poll(hash).toBe("#/deals/510202");
    await press("k");
    await expect.poll(hash).toBe("#/deals/510201");
    await page
      .getByRole("region", { name: "Contract preview" })
      .getByText(/Leaving in/)
      .waitFor();
    await press(undo);
    await page.getByRole("button", { name: "Send contract" }).waitFor();
  }
  expect([...engine.sends.values()].map(({ state }) => state)).toEqual(["undone", "undone"]);

  await press("Escape");
  await expect.poll(hash).toBe("#/deals");
  for (const [key, place] of [
    ["2", "#/contracts"],
    ["3", "#/activity"],
    ["4", "#/needs-you"],
    ["1", "#/deals"],
  ] as const) {
    await press(key);
    await expect.poll(hash).toBe(place);
  }
  expect(window.troubles).toEqual([]);
});

test.each([{ isComposing: true }, { keyCode: 229 }])(
  "a key that an input method takes for itself (%o) does nothing else",
  async (sign) => {
    const engine = new FakeEngine();
    await open(engine, "#/deals/510201");
    const { page } = window;
    const take = (box: Locator, key: string) => box.dispatchEvent("keydown", { key, ...sign });

    await page.getByRole("list", { name: "Problems" }).getByRole("button", { name: "Fix" }).click();
    const plan = page.getByRole("textbox", { name: "Plan" });
    await plan.fill("Ent");
    await take(plan, "Enter");
    await take(plan, "Escape");
    expect(await plan.inputValue()).toBe("Ent");
    await plan.press("Escape");

    await page.keyboard.press("Control+k");
    const palette = page.getByRole("combobox", { name: "Commands" });
    await palette.fill("Activity");
    await take(palette, "Enter");
    await palette.press("Escape");
    expect(hash()).toBe("#/deals/510201");

    const search = page.getByRole("searchbox", { name: "Search deals" });
    await search.focus();
    await take(search, "Enter");
    await page.keyboard.type("xr2");
    expect(await search.inputValue(), "the focus is still in the box").toBe("xr2");
  },
);

test("a contract opens in Oneflow with O and in Kommo with D", async () => {
  const engine = new FakeEngine();
  const contract = engine.out(3);
  window = await openWindow(engine, { route: `#/contracts/${contract}` });
  await window.page.getByRole("region", { name: "Timeline" }).waitFor();
  await window.page.keyboard.press("o");
  await window.page.keyboard.press("d");
  await expect.poll(() => asked(engine, "open_link")).toBe(2);
});

test("switched off, single letters do nothing, and arrows and Ctrl still do", async () => {
  const engine = new FakeEngine();
  engine.state = { ...engine.state, preferences: { ...engine.state.preferences, letterKeys: false } };
  await open(engine, "#/deals");
  const { page } = window;
  for (const key of ["r", "2", "?", "x", "j"]) await page.keyboard.press(key);
  await page.keyboard.press("ArrowDown");
  // The second row, had J been heard.
  await page.locator('tr[aria-rowindex="2"]:focus').waitFor();
  expect(hash()).toBe("#/deals");
  expect(await page.getByText("1 chosen").count()).toBe(0);
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.keyboard.press("Shift+ArrowDown");
  await page.getByText("2 chosen").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Commands" }).waitFor();
  expect(asked(engine, "refresh")).toBe(0);
});

test("the palette offers what can be done now, and only that", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  await page.keyboard.press("Control+k");
  const option = (name: string) => page.getByRole("option", { name });
  await option("Open in Kommo").waitFor();
  expect(await option("Undo all").count()).toBe(0);
  expect(await option("Open in Oneflow").count()).toBe(0);
  await option("Choose for sending together").click();
  await page.getByText("1 chosen").waitFor();
});

test("where the system gives the colours, everything can still be told and used", async () => {
  const engine = new FakeEngine();
  window = await openWindow(engine, { route: "#/deals/510201", forcedColors: "active" });
  const { page } = window;
  const chosen = page.locator('tr[aria-selected="true"]');
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  await chosen.waitFor();
  expect(await window.axe()).toEqual([]);
  const outlined = await chosen.evaluate((row) => getComputedStyle(row).outlineStyle);
  expect(outlined, "the chosen row has a border in place of its tint").toBe("solid");
});

test("with less motion nothing moves", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  await page.waitForTimeout(650);
  await page.getByRole("button", { name: "Send contract" }).click();
  await page.getByRole("complementary", { name: "Leaving now" }).waitFor();
  const moving = await page.evaluate(
    () =>
      document.getAnimations().filter((one) => one instanceof CSSAnimation || one instanceof CSSTransition)
        .length,
  );
  expect(moving).toBe(0);
});
