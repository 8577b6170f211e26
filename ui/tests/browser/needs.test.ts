import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { answerNeeds } from "./fakeNeeds";
import { closeBrowser, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(() => window.close());
afterAll(closeBrowser);

async function open(route: string, colorScheme: "light" | "dark" = "light"): Promise<FakeEngine> {
  const engine = new FakeEngine();
  engine.out(3, "signed");
  engine.out(4, "declined");
  answerNeeds(engine);
  window = await openWindow(engine, { route, colorScheme });
  return engine;
}

const card = (name: string) => window.page.getByRole("article", { name });

test.each(["light", "dark"] as const)(
  "each need says what happened and can be used by everybody, in %s",
  async (scheme) => {
    await open("#/needs-you", scheme);
    await card("The deal changed after you clicked").waitFor();
    expect(await window.page.getByRole("article").count()).toBe(8);
    expect(await card("The deal changed").getByRole("table").innerText()).toContain("45000");
    expect(await window.axe()).toEqual([]);
    expect(window.troubles).toEqual([]);
  },
);

test("a decision about a send takes it off the list", async () => {
  const engine = await open("#/needs-you");
  await card("It is not known whether").getByRole("button", { name: "Look again" }).click();
  await card("It is not known whether").waitFor({ state: "detached" });
  expect(engine.journal).toContain("settle_send");
});

test("work that was left alone is done after all, or dropped", async () => {
  const engine = await open("#/needs-you");
  await card("Something was not written to Kommo")
    .getByRole("button", { name: "Write it after all" })
    .click();
  await card("Something was not written to Kommo").waitFor({ state: "detached" });
  expect(engine.journal).toContain("settle_write_back");
});

test("the keyboard goes from need to need, and Enter opens what it is about", async () => {
  const engine = await open("#/needs-you");
  const { page } = window;
  await card("The deal changed").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect
    .poll(() => card("Oneflow does not accept").evaluate((one) => one === document.activeElement))
    .toBe(true);
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).hash).toBe(`#/deals/${engine.deals[9]!.id}`);
});

test("nothing to decide is said in so many words", async () => {
  window = await openWindow(new FakeEngine(), { route: "#/needs-you" });
  await window.page.getByRole("heading", { name: "Nothing needs you" }).waitFor();
  expect(await window.axe()).toEqual([]);
});

test("what is new in the activity is marked while it is looked at, and counts as read from then on", async () => {
  const engine = await open("#/activity");
  const { page } = window;
  const news = page.locator("main").getByText("New", { exact: true });
  await expect.poll(() => news.count()).toBe(2);
  await expect.poll(() => engine.state.counts.unread).toBe(0);
  engine.out(7, "expired");
  await expect.poll(() => news.count()).toBe(3);
  await page.getByRole("link", { name: /declined/ }).click();
  await expect.poll(() => new URL(page.url()).hash).toBe("#/contracts/8812001");
});
