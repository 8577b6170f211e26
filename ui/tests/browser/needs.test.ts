import { afterAll, afterEach, expect, test } from "vitest";
import type { NeedCode } from "../../src/bindings";
import { FakeEngine } from "./fakeEngine";
import { answerNeeds, theirsOf } from "./fakeNeeds";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
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
    await expect.poll(() => window.page.getByRole("article").count()).toBe(9);
    await expect.poll(() => card("The deal changed").getByRole("table").innerText()).toContain("45000");
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

test("a colleague's draft stands beside ours, what is equal folded away", async () => {
  await open("#/needs-you");
  const need = card("A colleague has prepared a contract");
  const both = need.getByRole("table", { name: "Both drafts" });
  // Cards out of sight are not drawn.
  await both.scrollIntoViewIfNeeded();
  await expect.poll(() => both.innerText()).toMatch(/Amount\s+43037\s+45000/);
  expect(await both.innerText()).not.toContain("Growth");
  await need.getByRole("button", { name: "2 values are the same on both sides" }).click();
  await need.getByRole("cell", { name: "Growth" }).first().waitFor();
});

test.each<[why: NeedCode, title: string, own: string, other: string]>([
  ["two_contracts_out", "Two contracts for this deal are out", "Open in Oneflow", "Open contract 8812003"],
  ["newer_contract", "A newer contract of this deal", "Open the draft", "Open contract 8812003"],
  ["colleagues_draft", "A colleague has prepared", "Open the draft", "Open the colleague’s draft"],
])("both contracts of %s can be opened where they are spoken of", async (code, title, own, other) => {
  const engine = new FakeEngine();
  const opened: unknown[] = [];
  engine.answer({ open_link: (link) => (opened.push(link), {}) });
  engine.halt(2, {
    state: "needs_you",
    contract: "8812100",
    why: { code, params: { contract: "8812003" } },
    theirs: code === "colleagues_draft" ? theirsOf("Óscar Núñez", false) : null,
    choices: ["look_again"],
  });
  window = await openWindow(engine, { route: "#/needs-you" });
  for (const name of [own, other]) await card(title).getByRole("button", { name, exact: true }).click();
  await expect
    .poll(() => opened)
    .toEqual([
      { kind: "contract", contract: "8812100" },
      { kind: "contract", contract: "8812003" },
    ]);
  expect(await window.axe()).toEqual([]);
});

test("a draft that was left behind is deleted only after asking", async () => {
  const engine = await open("#/needs-you");
  const need = card("A draft was left behind");
  await need.getByText("It cannot be sent from here").waitFor();
  await need.getByRole("button", { name: "Delete the draft" }).click();
  const dialog = window.page.getByRole("dialog", { name: "Delete this draft?" });
  await dialog.waitFor();
  expect(await window.axe()).toEqual([]);
  await window.page.getByRole("button", { name: "Keep it" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(engine.journal).not.toContain("settle_contract");
  await need.getByRole("button", { name: "Delete the draft" }).click();
  await dialog.getByRole("button", { name: "Delete the draft" }).click();
  await need.waitFor({ state: "detached" });
});

test("a contract that vanished can be looked for again, or let go", async () => {
  const engine = await open("#/needs-you");
  const need = card("The contract is no longer visible");
  await need.getByRole("button", { name: "Look again" }).click();
  await expect.poll(() => engine.journal).toContain("settle_contract");
  await need.getByRole("button", { name: "It was removed, forget it" }).click();
  await window.page.getByRole("dialog").getByRole("button", { name: "It was removed, forget it" }).click();
  await need.waitFor({ state: "detached" });
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
