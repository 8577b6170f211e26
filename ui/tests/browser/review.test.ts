import { afterAll, afterEach, expect, test } from "vitest";
import type { NeedCode, SendDto } from "../../src/bindings";
import { FakeEngine } from "./fakeEngine";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

/** Longer than a review ignores input after a deal came into sight. */
const SETTLED = 650;

/** Six deals of which the fourth cannot be sent as it is. */
async function open(engine: FakeEngine, route = "#/deals"): Promise<void> {
  for (const [at, deal] of engine.deals.entries())
    Object.assign(deal, {
      company: `Company ${at}`,
      contact: at === 3 ? "" : "Åsa Öberg",
      amount: { amount: "100", currency: "EUR" },
    });
  window = await openWindow(engine, { route });
  await window.page.getByText("Company 0").waitFor();
}

const page = () => window.page;
const grid = () => page().getByRole("table", { name: "Deals to send" });
const preview = () => page().getByRole("region", { name: "Contract preview" });
const list = () => page().getByRole("list", { name: "Contracts to review" });

async function choose(count: number): Promise<void> {
  await page().keyboard.press("j");
  for (let at = 1; at < count; at++) await page().keyboard.press("Shift+ArrowDown");
}

async function approve(): Promise<void> {
  const name = await heading();
  await page().waitForTimeout(SETTLED);
  await page().keyboard.press("Control+Enter");
  await expect.poll(() => heading()).not.toBe(name);
}

/** The first two deals, reviewed and sent together. */
async function sendTwo(engine: FakeEngine): Promise<void> {
  await open(engine);
  await choose(2);
  await page().keyboard.press("Control+Enter");
  await preview().waitFor();
  await approve();
  await approve();
  await page().waitForTimeout(SETTLED);
  await page().keyboard.press("Control+Enter");
}

const heading = () =>
  page().evaluate(
    () => document.querySelector('section[aria-label="Contract preview"] h2')?.textContent.trim() ?? "",
  );

test("deals are chosen with X, with Shift and the arrows, with boxes, and let go with Escape", async () => {
  await open(new FakeEngine(0, 6));
  await page().keyboard.press("j");
  await page().keyboard.press("x");
  await page().getByText("1 chosen").waitFor();
  await page().keyboard.press("ArrowDown");
  await page().keyboard.press("Shift+ArrowDown");
  await page().keyboard.press("Shift+ArrowDown");
  await page().getByRole("button", { name: "Review and send 4" }).waitFor();
  await page().keyboard.press("Shift+ArrowUp");
  await page().getByRole("button", { name: "Review and send 3" }).waitFor();
  await grid().getByRole("checkbox", { name: "Choose Company 5" }).click();
  await page().getByRole("button", { name: "Review and send 4" }).waitFor();
  expect(await preview().count(), "choosing opens nothing").toBe(0);
  expect(await window.axe()).toEqual([]);
  await page().keyboard.press("Escape");
  await page()
    .getByText(/chosen/)
    .waitFor({ state: "detached" });
  await grid().getByRole("checkbox", { name: "Choose the deals in this list" }).click();
  await page().getByRole("button", { name: "Review and send 6" }).waitFor();
});

test("a batch is reviewed with the keyboard, problems first, and leaves with one hold", async () => {
  const engine = new FakeEngine(60_000, 6);
  await open(engine);
  await choose(4);
  await page().keyboard.press("Control+Enter");
  await expect.poll(heading, { message: "what cannot be sent comes first" }).toBe("Company 3");
  expect(await window.axe()).toEqual([]);
  await page().waitForTimeout(SETTLED);
  await page().keyboard.press("Control+Enter");
  await page().keyboard.press("x");
  // The next one, had it been approved.
  await list().getByRole("listitem").filter({ hasText: "Company 3" }).getByText("Skipped").waitFor();
  await approve();
  await approve();
  await approve();
  await page().getByRole("heading", { name: "3 contracts are ready" }).waitFor();
  expect(await window.axe()).toEqual([]);
  expect(engine.journal, "nothing has left before").not.toContain("send_several");
  await page().waitForTimeout(SETTLED);
  await page().keyboard.press("Control+Enter");
  await page()
    .getByText(/3 contracts leave in/)
    .waitFor();
  expect(engine.journal.filter((command) => command.startsWith("send"))).toEqual(["send_several"]);
  await expect
    .poll(() =>
      list()
        .getByText(/Leaving in/)
        .count(),
    )
    .toBe(3);
  await page().keyboard.press("u");
  await page().getByRole("heading", { name: "3 contracts are ready" }).waitFor();
  expect([...engine.sends.values()].map(({ state }) => state)).toEqual(["undone", "undone", "undone"]);
  expect(window.troubles).toEqual([]);
});

test("held down, Ctrl+Enter approves one deal and sends nothing", async () => {
  const engine = new FakeEngine(60_000, 6);
  await open(engine);
  await choose(3);
  await page().keyboard.press("Control+Enter");
  await preview().waitFor();
  await page().waitForTimeout(SETTLED);
  await page().keyboard.down("Control");
  await page().keyboard.down("Enter");
  for (let at = 0; at < 40; at++) {
    await page().keyboard.down("Enter");
    await page().waitForTimeout(50);
  }
  await page().keyboard.up("Enter");
  await page().keyboard.up("Control");
  await page().getByText("2 to look at · 1 approved").waitFor();
  expect(engine.journal).not.toContain("send_several");
});

test("the button keeps the focus from deal to deal", async () => {
  await open(new FakeEngine(60_000, 6));
  await choose(3);
  await page().getByRole("button", { name: "Review and send 3" }).click();
  for (const done of ["1 approved", "2 approved"]) {
    await page().waitForTimeout(SETTLED);
    const button = page().getByRole("button", { name: "Looks right" });
    if (done === "1 approved") await button.focus();
    await expect.poll(() => button.evaluate((one) => one === document.activeElement)).toBe(true);
    await page().keyboard.press("Enter");
    await page().getByText(done).waitFor();
  }
});

test("what changes after it was approved has to be seen again", async () => {
  const engine = new FakeEngine(60_000, 6);
  await open(engine);
  await choose(2);
  await page().keyboard.press("Control+Enter");
  await preview().waitFor();
  await approve();
  await page().getByText("1 to look at · 1 approved").waitFor();
  engine.answer({
    preview: ({ deal, replaces, edits }) => ({
      ...engine.preview(deal, replaces, edits as Record<string, string>),
      id: `${deal} as it is now`,
    }),
  });
  engine.emit({ kind: "deals" });
  await page().getByText("2 to look at", { exact: true }).waitFor();
});

test("Undo all at the foot of the window keeps what was approved, as the one above the list does", async () => {
  const engine = new FakeEngine(60_000, 6);
  await sendTwo(engine);
  const strip = page().getByRole("complementary", { name: "Leaving now" });
  await strip.getByRole("button", { name: "Undo all" }).click();
  await page().getByRole("heading", { name: "2 contracts are ready" }).waitFor();
  await list()
    .getByRole("button", { name: /^Company 0/ })
    .click();
  await page().getByRole("button", { name: "Skip", exact: true }).click();
  await page().getByText("1 approved · 1 skipped").waitFor();
  expect(window.troubles).toEqual([]);
});

test("Send all now at the foot of a narrow window ends the undo time of all", async () => {
  const engine = new FakeEngine(60_000, 6);
  await sendTwo(engine);
  const strip = page().getByRole("complementary", { name: "Leaving now" });
  await page().setViewportSize({ width: 900, height: 600 });
  await strip.waitFor();
  const isCut = (one: Element) => one.scrollWidth > one.clientWidth;
  expect(await strip.evaluate(isCut)).toBe(false);
  expect(await strip.getByRole("list").evaluate(isCut), "the undo of each is in sight").toBe(false);
  expect(await window.axe()).toEqual([]);
  await strip.getByRole("button", { name: "Send all now" }).click();
  await strip.waitFor({ state: "detached" });
  await page().getByRole("heading", { name: "2 contracts sent" }).waitFor();
});

test.each([
  ["beside it", 1280],
  ["in place of the list", 940],
])("what fails is said while a deal is open %s, and tried again", async (_where, width) => {
  const engine = new FakeEngine(60_000, 6);
  await sendTwo(engine);
  await page()
    .getByText(/2 contracts leave in/)
    .waitFor();
  await page().setViewportSize({ width, height: 640 });
  await list()
    .getByRole("button", { name: /^Company 0/ })
    .click();
  await preview().waitFor();
  engine.failing.set("undo_batch", { code: "internal", params: {}, retryAfterMs: null, incident: null });
  await page().keyboard.press("u");
  const alert = page().getByRole("alert");
  await alert.waitFor();
  engine.failing.clear();
  await alert.getByRole("button", { name: "Try again" }).click();
  await alert.waitFor({ state: "detached" });
  expect([...engine.sends.values()].map(({ state }) => state)).toEqual(["undone", "undone"]);
  expect(engine.journal.filter((command) => command.startsWith("send"))).toEqual(["send_several"]);
});

test("one that is refused says why, and the others leave", async () => {
  const engine = new FakeEngine(60_000, 6);
  const refusal = { code: "already_sending", params: {}, retryAfterMs: null, incident: null } as const;
  engine.refusing.set(engine.deals[1]!.id, refusal);
  await open(engine);
  await choose(3);
  await page().keyboard.press("Control+Enter");
  await preview().waitFor();
  for (let at = 0; at < 3; at++) await approve();
  await page().getByRole("heading", { name: "3 contracts are ready" }).waitFor();
  await page().waitForTimeout(SETTLED);
  await page().keyboard.press("Control+Enter");
  await page()
    .getByText(/2 contracts leave in/)
    .waitFor();
  await page().getByText("1 was not accepted; the list says why").waitFor();
  expect(await list().getByRole("listitem").filter({ hasText: "Company 1" }).innerText()).not.toContain(
    "Leaving",
  );
});

test("the summary asks for a decision only where there is one to make", async () => {
  const engine = new FakeEngine(60_000, 6);
  await sendTwo(engine);
  const strip = page().getByRole("complementary", { name: "Leaving now" });
  await strip.waitFor();
  const become = (send: SendDto, state: SendDto["state"], code: NeedCode) =>
    engine.emit({ kind: "send", send: { ...send, state, canUndo: false, why: { code, params: {} } } });
  const [first, second] = [...engine.sends.values()];
  for (const send of [first!, second!]) become(send, "superseded", "superseded");
  await page().getByRole("heading", { name: "None was sent" }).waitFor();
  expect(await page().getByText("your decision").count(), "a colleague was first").toBe(0);
  become(second!, "stopped", "differences");
  await page().getByText("1 waits for your decision").waitFor();
});

test("who looks elsewhere and comes back goes on where they were", async () => {
  await open(new FakeEngine(60_000, 6));
  await choose(3);
  await page().keyboard.press("Control+Enter");
  await preview().waitFor();
  await approve();
  await page().keyboard.press("2");
  await page().getByRole("heading", { name: "Contracts", level: 1 }).waitFor();
  await page().keyboard.press("1");
  await page().getByRole("button", { name: "Review and send 3" }).click();
  await page().getByText("2 to look at · 1 approved").waitFor();
});

test("after the last has gone the summary says what became of all, and the list is done with them", async () => {
  const engine = new FakeEngine(300, 6);
  await sendTwo(engine);
  await page().getByRole("heading", { name: "2 contracts sent" }).waitFor();
  expect(await window.axe()).toEqual([]);
  await page().getByRole("button", { name: "Back to deals" }).first().click();
  await page().getByText("4 to send · 6 won").waitFor();
  await page()
    .getByText(/chosen/)
    .waitFor({ state: "detached" });
});
