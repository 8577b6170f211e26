import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

/** Longer than "Send contract" ignores input after its preview changed. */
const SETTLED = 650;

/** The preview is drawn, and the list is there to go on in. */
async function open(engine: FakeEngine, route: string, width = 1280): Promise<void> {
  window = await openWindow(engine, { route, viewport: { width, height: 800 } });
  await window.page.getByRole("button", { name: "Send contract" }).waitFor();
  await window.page.locator('tr[aria-selected="true"]').waitFor({ state: "attached" });
}

const hash = () => new URL(window.page.url()).hash;
const clicks = (engine: FakeEngine) => engine.journal.filter((command) => command === "send").length;

test("a double click makes one send, which can be undone where it was clicked", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.waitForTimeout(SETTLED);
  await page.getByRole("button", { name: "Send contract" }).dblclick();
  const preview = page.getByRole("region", { name: "Contract preview" });
  await preview.getByRole("button", { name: "Undo", exact: true }).waitFor();
  expect(engine.sends.size).toBe(1);
  await expect
    .poll(() =>
      page
        .getByRole("table", { name: "Deals to send" })
        .getByText(/Leaving in/)
        .count(),
    )
    .toBe(1);
  await preview.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  expect([...engine.sends.values()].map(({ state }) => state)).toEqual(["undone"]);
});

const focused = () => window.page.evaluate(() => document.activeElement?.textContent.trim() ?? "");

test("by keyboard: Send contract and Undo hand the focus to each other, and a double press is one", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  const states = () => [...engine.sends.values()].map(({ state }) => state);
  const send = page.getByRole("button", { name: "Send contract" });
  /** The second press comes as soon as another button has the focus, however slow the machine is. */
  const pressTwice = async () => {
    await page.evaluate(() =>
      document.addEventListener("focusin", ({ target }) => (target as HTMLElement).click(), { once: true }),
    );
    await page.keyboard.press("Enter");
  };
  await page.waitForTimeout(SETTLED);
  expect(await send.evaluate((button) => button === document.activeElement), "not of itself").toBe(false);

  await send.focus();
  await pressTwice();
  await expect.poll(focused).toBe("Undo");
  await page.waitForTimeout(SETTLED);
  expect(states()).toEqual(["held"]);

  // What is only told again is no other button.
  engine.out(9);
  await page.getByText("139 to send").waitFor();
  await pressTwice();
  await expect.poll(focused).toMatch(/^Send contract/);
  await page.waitForTimeout(SETTLED);
  expect(states()).toEqual(["undone"]);

  await page.keyboard.down("Enter");
  await expect.poll(focused).toBe("Undo");
  await page.waitForTimeout(SETTLED);
  for (let at = 0; at < 5; at++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await page.keyboard.press("Tab");
  expect(states(), "held down").toEqual(["undone", "held"]);
});

test("the focus of who is busy elsewhere stays there", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.waitForTimeout(SETTLED);
  await page.getByRole("button", { name: "Send contract" }).click();
  await expect.poll(focused).toBe("Undo");
  const search = page.getByRole("searchbox", { name: "Search deals" });
  await search.focus();
  await engine.call("undo_send", { send: [...engine.sends.keys()][0]! });
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  expect(await search.evaluate((box) => box === document.activeElement)).toBe(true);
});

test("what leaves is told once to who does not see it, not with every second", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  const spoken = page.getByRole("status").filter({ hasText: "1 contract leaving. It can be undone." });
  await page.waitForTimeout(SETTLED);
  await page.getByRole("button", { name: "Send contract" }).click();
  await spoken.waitFor({ state: "attached" });
  const changes = await spoken.evaluateHandle((status) => {
    const seen: string[] = [];
    const watch = new MutationObserver(() => seen.push(status.textContent));
    watch.observe(status, { childList: true, characterData: true, subtree: true });
    return seen;
  });
  for (const seconds of [58, 57]) await page.getByText(`Leaving in ${seconds} s`).first().waitFor();
  expect(await changes.jsonValue()).toEqual([]);
  await page.keyboard.press("u");
  await spoken.waitFor({ state: "detached" });
});

test("a click in the moment in which the preview comes was not meant for it", async () => {
  const engine = new FakeEngine(60_000);
  window = await openWindow(engine, { route: "#/deals" });
  const { page } = window;
  await page.getByText("Uppdrag 043").waitFor();
  const clicked = page.evaluate(
    () =>
      new Promise<boolean>((done) => {
        const watch = new MutationObserver(() => {
          const buttons = [...document.querySelectorAll("button")];
          const send = buttons.find((button) => button.textContent.includes("Send contract"));
          if (!send) return;
          watch.disconnect();
          send.click();
          done(true);
        });
        watch.observe(document.body, { childList: true, subtree: true });
      }),
  );
  await page.getByText("Uppdrag 043").click();
  expect(await clicked).toBe(true);
  await page.waitForTimeout(SETTLED);
  expect(clicks(engine)).toBe(0);
  await page.getByRole("button", { name: "Send contract" }).click();
  await page.getByRole("complementary", { name: "Leaving now" }).waitFor();
  expect(clicks(engine)).toBe(1);
});

test("Ctrl+Enter sends and goes on to the next deal; held, it sends once", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.waitForTimeout(SETTLED);
  await page.keyboard.down("Control");
  await page.keyboard.down("Enter");
  await expect.poll(hash).toBe("#/deals/510202");
  await page.getByRole("button", { name: "Send contract" }).waitFor();
  for (let at = 0; at < 30; at++) {
    await page.keyboard.down("Enter");
    await page.waitForTimeout(40);
  }
  await page.keyboard.up("Enter");
  await page.keyboard.up("Control");
  expect(clicks(engine)).toBe(1);
  await page.waitForTimeout(SETTLED);
  await page.keyboard.press("Control+Enter");
  await expect.poll(hash, { message: "pressed anew" }).toBe("#/deals/510203");
  expect(clicks(engine)).toBe(2);
});

test("ten deals take ten keystrokes, and each can still be undone in the strip", async () => {
  const engine = new FakeEngine(300_000);
  for (const deal of engine.deals)
    Object.assign(deal, { contact: "Åsa Öberg", company: `Company ${deal.id}` });
  await open(engine, "#/deals/510200");
  const { page } = window;
  for (let at = 0; at < 10; at++) {
    const company = engine.deals[at]!.company;
    await page
      .getByRole("region", { name: "Contract preview" })
      .getByRole("heading", { name: company })
      .waitFor();
    await page.getByRole("table", { name: "Mapped fields" }).getByText(company, { exact: true }).waitFor();
    await page.waitForTimeout(SETTLED);
    await page.keyboard.press("Control+Enter");
  }
  await expect.poll(() => engine.sends.size).toBe(10);
  expect(new Set([...engine.sends.values()].map(({ deal }) => deal)).size).toBe(10);
  await expect
    .poll(() => page.getByRole("complementary", { name: "Leaving now" }).getByRole("listitem").count())
    .toBe(10);
});

test("the key takes back what was sent last, though the next deal is shown", async () => {
  const engine = new FakeEngine(300_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  const strip = page.getByRole("complementary", { name: "Leaving now" }).getByRole("listitem");
  for (const sent of [1, 2]) {
    await page.getByRole("button", { name: "Send contract" }).waitFor();
    await page.waitForTimeout(SETTLED);
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => strip.count()).toBe(sent);
  }
  await expect.poll(() => page.evaluate(() => location.hash)).toBe("#/deals/510203");
  const states = () => [...engine.sends.values()].map(({ deal, state }) => `${deal} ${state}`);
  await page.keyboard.press("u");
  await expect.poll(states).toEqual(["510201 held", "510202 undone"]);
  await expect.poll(() => strip.count()).toBe(1);
  await page.keyboard.press("u");
  await expect.poll(states).toEqual(["510201 undone", "510202 undone"]);
  await strip.waitFor({ state: "detached" });
});

test("after the hold the contract is out: the row leaves the list, and the detail shows the contract", async () => {
  const engine = new FakeEngine(300);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.waitForTimeout(SETTLED);
  await page.getByRole("button", { name: "Send contract" }).click();
  await page.getByText("Sent to jurgen@example.com").waitFor();
  await page.getByRole("region", { name: "Timeline" }).waitFor();
  await page.getByText("139 to send · 140 won").waitFor();
  await page.getByRole("button", { name: "Client signs" }).click();
  await page.getByRole("button", { name: "Save signed PDF" }).waitFor();
  expect(window.troubles).toEqual([]);
});

test("what is typed for a contract is seen again before it can be sent", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.waitForTimeout(SETTLED);
  await page.getByRole("list", { name: "Problems" }).getByRole("button", { name: "Fix" }).click();
  await page.getByRole("textbox", { name: "Plan" }).fill("Enterprise");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("table", { name: "Mapped fields" }).getByText("Enterprise").waitFor();
  expect(clicks(engine)).toBe(0);
  await page.waitForTimeout(SETTLED);
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => clicks(engine)).toBe(1);
});

test("what changed unseen is shown when the click on it is refused, and can be sent then", async () => {
  const engine = new FakeEngine(60_000);
  await open(engine, "#/deals/510201");
  const { page } = window;
  await page.waitForTimeout(SETTLED);
  engine.deals[1]!.amount = { amount: "8400", currency: "SEK" };
  await page.getByRole("button", { name: "Send contract" }).click();
  await page.getByText("The deal changed since you saw it").waitFor();
  await page.getByRole("table", { name: "Mapped fields" }).getByText("8400").waitFor();
  expect(engine.sends.size).toBe(0);
  expect(await window.axe()).toEqual([]);
  await page.waitForTimeout(SETTLED);
  await page.getByRole("button", { name: "Send contract" }).click();
  await page.getByRole("complementary", { name: "Leaving now" }).waitFor();
  expect([...engine.sends.values()].map(({ deal }) => deal)).toEqual(["510201"]);
});

test("a declined contract leads to a fresh preview that names what it replaces", async () => {
  const engine = new FakeEngine(300);
  const contract = engine.out(3, "declined");
  window = await openWindow(engine, { route: `#/contracts/${contract}` });
  const { page } = window;
  await page.getByRole("button", { name: "Send a new version" }).click();
  await page.getByText(`It takes the place of contract ${contract}.`).waitFor();
  await page.waitForTimeout(SETTLED);
  await page.getByRole("button", { name: "Send contract" }).click();
  await page.getByRole("region", { name: "Timeline" }).waitFor();
  await expect.poll(hash).toBe("#/deals/510203");
});

test("a contract whose deal moved on shows both values and offers a new version", async () => {
  const engine = new FakeEngine();
  const contract = engine.out(3);
  engine.drift(contract);
  window = await openWindow(engine, { route: `#/contracts/${contract}` });
  const { page } = window;
  const drift = page.getByRole("region", { name: "The deal has changed since" });
  await expect.poll(() => drift.getByRole("table").innerText()).toMatch(/Amount\s+23757\s+31000/);
  expect(await window.axe()).toEqual([]);
  await page.getByRole("button", { name: "Send a new version" }).click();
  await page.getByText(`It takes the place of contract ${contract}.`).waitFor();
});

test("who lost to a colleague is told wherever they are, once, with the way to the contract that stands", async () => {
  const engine = new FakeEngine();
  const theirs = engine.out(7);
  await open(engine, "#/deals/510201");
  const { page } = window;
  const why = { code: "superseded", params: { contract: theirs, person: "Óscar Núñez" } } as const;
  const send = engine.halt(4, { state: "superseded", why });
  for (let told = 0; told < 2; told++) engine.emit({ kind: "send", send });
  const toast = page.getByRole("region", { name: "Notices" }).getByRole("status");
  await expect.poll(() => toast.innerText()).toContain(send.company);
  expect((await toast.innerText()).match(/A colleague’s contract was sent first/g)).toHaveLength(1);
  await toast.getByRole("button", { name: "Show the contract" }).click();
  await expect.poll(hash).toBe(`#/contracts/${theirs}`);
  await page.goto(`${page.url().split("#")[0]}#/deals/${send.deal}`);
  const preview = page.getByRole("region", { name: "Contract preview" });
  await preview.getByRole("button", { name: "Show the contract" }).click();
  await expect.poll(hash).toBe(`#/contracts/${theirs}`);
});

test.each([1280, 900])(
  "what is told in the corner never lies on the next thing to do, at %i px",
  async (width) => {
    const engine = new FakeEngine(300);
    await open(engine, "#/deals/510201", width);
    const { page } = window;
    await page.waitForTimeout(SETTLED);
    await page.keyboard.press("Control+Enter");
    const toast = page.getByText("Sent to jurgen@example.com");
    // Under the pointer it stays.
    await toast.hover();
    const send = page.getByRole("button", { name: "Send contract" });
    await send.waitFor();
    const [over, under] = await Promise.all([toast.locator("..").boundingBox(), send.boundingBox()]);
    const apart =
      over!.x + over!.width <= under!.x ||
      over!.x >= under!.x + under!.width ||
      over!.y + over!.height <= under!.y;
    expect(apart, JSON.stringify({ over, under })).toBe(true);
  },
);
