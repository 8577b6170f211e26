import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

test("a send that stopped shows both values, and the fresh preview can be sent", async () => {
  const engine = new FakeEngine(60_000);
  engine.halt(1, {
    state: "stopped",
    why: { code: "differences", params: {} },
    differences: [{ kind: "value", slot: "field:amount", label: "Amount", seen: "7919.50", now: "8400" }],
  });
  window = await openWindow(engine, { route: "#/deals/510201" });
  const { page } = window;
  const row = page.getByRole("table", { name: "What changed" }).getByRole("row", { name: /Amount/ });
  await expect.poll(() => row.getByRole("cell").allTextContents()).toEqual(["7919.50", "8400"]);
  const send = page.getByRole("button", { name: "Send contract" });
  await expect.poll(() => send.getAttribute("aria-disabled")).toBeNull();
  expect(await window.axe()).toEqual([]);
});

test("what destroys a draft asks first", async () => {
  const engine = new FakeEngine(60_000);
  engine.halt(2, {
    state: "rejected",
    contract: "8812100",
    why: { code: "plan", params: { contract: "8812100" } },
    choices: ["try_again", "give_up"],
  });
  window = await openWindow(engine, { route: "#/deals/510202" });
  const { page } = window;
  const give = page
    .getByRole("region", { name: "Contract preview" })
    .getByRole("button", { name: /Give up/ });
  await give.first().click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(engine.journal).not.toContain("settle_send");
  expect(await window.axe()).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(engine.journal, "closed without an answer").not.toContain("settle_send");
  await give.first().click();
  await dialog.getByRole("button", { name: /Give up/ }).click();
  await expect.poll(() => engine.journal.includes("settle_send")).toBe(true);
});

test("a line that breaks leaves what was read in sight and says so", async () => {
  const engine = new FakeEngine(60_000);
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 042").waitFor();
  engine.state = { ...engine.state, kommo: { ok: false, trouble: "offline", since: null, until: null } };
  engine.failing.set("deals_page", { code: "timed_out", params: {}, retryAfterMs: null, incident: null });
  engine.count();
  engine.emit({ kind: "deals" });
  await page.getByText("No connection").waitFor();
  await page.getByRole("alert").waitFor();
  expect(await page.getByText("Uppdrag 042").isVisible()).toBe(true);
  expect(await window.axe()).toEqual([]);
});

test("a keychain that stays locked is told of again, each time it is tried", async () => {
  const engine = new FakeEngine(60_000);
  engine.state = { ...engine.state, keychain: "locked" };
  engine.answer({ retry_keychain: () => engine.state });
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  const retry = page.getByRole("button", { name: "Unlock and try again" });
  const told = page.getByRole("region", { name: "Notices" }).getByText("Your keychain is locked");
  let answer = (): void => undefined;
  engine.held.set("retry_keychain", new Promise((resolve) => (answer = () => resolve(undefined))));
  await retry.click();
  await expect.poll(() => retry.getAttribute("aria-busy")).toBe("true");
  answer();
  await told.waitFor();
  expect(await window.axe()).toEqual([]);
  await retry.click();
  await expect.poll(() => told.count()).toBe(2);
  engine.state = { ...engine.state, keychain: "ready" };
  await retry.click();
  await retry.waitFor({ state: "hidden" });
  expect(engine.journal.filter((command) => command === "retry_keychain")).toHaveLength(3);
});

test("an app that could not open its data tries again, and says when that did not help", async () => {
  const engine = new FakeEngine(60_000);
  const blocked = { code: "already_running", params: {}, retryAfterMs: null, incident: null } as const;
  engine.state = { ...engine.state, blocked };
  engine.answer({ retry_keychain: () => engine.state });
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  const retry = page.getByRole("button", { name: "Try again" });
  await retry.click();
  await page.getByRole("region", { name: "Notices" }).getByText("Countersign is open already").waitFor();
  expect(await window.axe()).toEqual([]);
  engine.state = { ...engine.state, blocked: null };
  await retry.click();
  await page.getByText("Uppdrag 042").waitFor();
  expect(engine.journal.filter((command) => command === "retry_keychain")).toHaveLength(2);
});

test("data of a newer Countersign is not tried again", async () => {
  const engine = new FakeEngine(60_000);
  const blocked = { code: "database_newer", params: {}, retryAfterMs: null, incident: null } as const;
  engine.state = { ...engine.state, blocked };
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  await page.getByRole("alert").getByText("This data belongs to a newer Countersign").waitFor();
  expect(await page.getByRole("button").count()).toBe(0);
});
