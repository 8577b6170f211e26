import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

const focused = () => window.page.evaluate(() => document.activeElement?.getAttribute("aria-rowindex"));
const inDocument = () => window.page.locator("tr.data").count();

/** The box takes a place only once it is as long as its rows. */
async function scroll(to: number): Promise<void> {
  const box = window.page.locator(".scroll");
  await expect.poll(() => box.evaluate((one, top) => ((one.scrollTop = top), one.scrollTop), to)).toBe(to);
}

test("a list of 100,000 deals scrolls as a window and never loses the focused row", async () => {
  window = await openWindow(new FakeEngine(0, 100_000), { route: "#/deals" });
  const { page } = window;
  const grid = page.getByRole("table", { name: "Deals to send" });
  await grid.getByText("Uppdrag 042").waitFor();
  await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("100001");
  expect(await inDocument()).toBeLessThan(60);

  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toBe("4");

  await scroll(1_800_000);
  await expect.poll(() => grid.locator('tr[aria-rowindex="50002"]').count()).toBe(1);
  expect(await focused(), "scrolled away").toBe("4");
  expect(await inDocument()).toBeLessThan(60);

  await page.keyboard.press("ArrowDown");
  await expect.poll(focused, { message: "scrolled back to it" }).toBe("5");
  await page.keyboard.press("End");
  await expect.poll(focused).toBe("100001");
  await grid.getByText("Uppdrag 100041").waitFor();
  await page.keyboard.press("Home");
  await expect.poll(focused).toBe("2");
});

test("a new search starts at the top and finds names without their accents", async () => {
  window = await openWindow(new FakeEngine(0, 5_000), { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 042").waitFor();
  await scroll(90_000);
  await page.keyboard.press("/");
  await page.keyboard.type("oresund");
  await expect.poll(() => page.locator(".scroll").evaluate((box) => box.scrollTop)).toBe(0);
  await page.getByRole("table").getByText("Öresund Kraft AB").first().waitFor();
  await expect.poll(() => page.locator("tr.data", { hasNotText: "Öresund Kraft AB" }).count()).toBe(0);
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toBe("2");
});

test("Enter opens the detail beside the list, Escape gives the focus back", async () => {
  window = await openWindow(new FakeEngine(), { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 042").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Contract preview" }).waitFor();
  await expect.poll(() => page.locator('tr[aria-selected="true"]').getAttribute("aria-rowindex")).toBe("3");
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Contract preview" }).waitFor({ state: "detached" });
  await expect.poll(focused).toBe("3");
});

test("in a narrow window the detail covers the list, takes the focus, and leads back", async () => {
  window = await openWindow(new FakeEngine(), { route: "#/deals", viewport: { width: 900, height: 600 } });
  const { page } = window;
  await page.getByText("Uppdrag 043").click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent.trim())).toBe("Back");
  await page.getByRole("button", { name: "Back" }).click();
  await expect.poll(focused).toBe("3");
});

test("a row that is chosen before its page has come opens as soon as it is there", async () => {
  const engine = new FakeEngine(0, 1_000);
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 042").waitFor();
  let letGo: () => void = () => undefined;
  engine.held.set("deals_page", new Promise((done) => (letGo = done)));
  await scroll(18_000);
  await page.locator('tr[aria-rowindex="512"]').click();
  letGo();
  await page.getByRole("region", { name: "Contract preview" }).waitFor();
});
