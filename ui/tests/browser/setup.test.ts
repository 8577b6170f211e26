import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { answerSetup, kommoToken, oneflowToken } from "./fakeSetup";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

const button = (name: string) => window.page.getByRole("button", { name, exact: true });
const box = (name: string) => window.page.getByRole("textbox", { name, exact: true });
const combobox = (name: string) => window.page.getByRole("combobox", { name, exact: true });

/** Nobody is connected: Welcome is shown. */
async function open(missing = false): Promise<FakeEngine> {
  const engine = new FakeEngine();
  engine.state = { ...engine.state, profile: { kind: "none" } };
  answerSetup(engine, missing);
  window = await openWindow(engine);
  await button("Connect accounts").waitFor();
  return engine;
}

async function clean(): Promise<void> {
  expect(await window.axe()).toEqual([]);
  expect(window.troubles).toEqual([]);
}

/** From Welcome, or from the sample data. */
async function kommo(): Promise<void> {
  await button("Connect accounts").click();
  await box("Kommo address").fill("nordkonsult");
  await box("Kommo token").fill(kommoToken);
  await button("Test Kommo connection").click();
  await window.page.getByText("Nordkonsult AB · EUR · 122 won deals · token valid 400 days").waitFor();
}

async function oneflow(): Promise<void> {
  await button("Continue").click();
  await box("Oneflow API token").fill(oneflowToken);
  await box("Oneflow user email").fill("karin@nordkonsult.example");
  await button("Test Oneflow connection").click();
  await window.page.getByText("Nordkonsult AB · Karin Lind · 4 templates in 2 workspaces").waitFor();
}

test("from Welcome to the deals, by the names that people and tests rely on", async () => {
  const engine = await open(true);
  const { page } = window;
  await clean();
  await kommo();
  await clean();
  await oneflow();
  await expect.poll(() => combobox("Who are you in Kommo?").inputValue()).toBe("1");
  await clean();
  await button("Continue").click();
  await combobox("Workspace").selectOption({ label: "Sales Nordics" });
  await combobox("Template").selectOption({ label: "Konsultavtal 2026" });
  await page.getByRole("table", { name: "How a deal fills the contract" }).waitFor();
  await expect.poll(() => box("Internal signatory name").inputValue()).toBe("Karin Lind");
  await expect
    .poll(() => box("Internal signatory email").inputValue())
    .toBe("karin.lind@nordkonsult.example");
  await combobox("Stage when signed").selectOption({ label: "New business · Delivery" });
  await page.getByText("Kommo re-opens the deal").waitFor();
  await clean();
  await button("Create the field").click();
  await page.getByText("Kommo has no deal field").waitFor({ state: "detached" });
  expect(engine.journal).toContain("create_contract_field");
  await button("Finish setup").click();
  await page.getByRole("table", { name: "Deals to send" }).getByText("Uppdrag 042").waitFor();
  await clean();
});

test("typing again makes a test worthless", async () => {
  await open();
  await kommo();
  await expect.poll(() => button("Continue").isEnabled()).toBe(true);
  await box("Kommo token").press("x");
  await expect.poll(() => button("Continue").isEnabled()).toBe(false);
  await window.page.getByText("122 won deals").waitFor({ state: "detached" });
});

test("an error stands at the box it speaks of, and the keyboard goes there", async () => {
  await open();
  await button("Connect accounts").click();
  await box("Kommo address").fill("nordkonsult");
  await box("Kommo token").fill("not.a.token");
  await box("Kommo token").press("Enter");
  await expect.poll(() => box("Kommo token").getAttribute("aria-invalid")).toBe("true");
  const told = () =>
    box("Kommo token").evaluate(
      (input) => document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent,
    );
  await expect.poll(told).toContain("Kommo refused the token");
  await expect
    .poll(() => box("Kommo token").evaluate((input) => input === document.activeElement))
    .toBe(true);
  await clean();
});

test("tokens are hidden until they are asked for, and gone when the set-up is left", async () => {
  await open();
  await kommo();
  await expect.poll(() => box("Kommo token").getAttribute("type")).toBe("password");
  await button("Show what is typed").click();
  await expect.poll(() => box("Kommo token").getAttribute("type")).toBe("text");
  await button("Back").click();
  await button("Connect accounts").click();
  expect(await box("Kommo token").inputValue()).toBe("");
});

test("a step back keeps what was tested", async () => {
  await open();
  await kommo();
  await oneflow();
  await button("Back").click();
  await expect.poll(() => box("Kommo address").inputValue()).toBe("nordkonsult");
  await expect.poll(() => button("Continue").isEnabled()).toBe(true);
});

test("where a token is found, and the text for the administrator, stand in the step", async () => {
  await open();
  await button("Connect accounts").click();
  await button("Where do I find this?").waitFor();
  expect(await window.page.getByText("Generate long-lived token").first().isVisible()).toBe(false);
  await button("Where do I find this?").click();
  await window.page.getByText("In Kommo, open Settings → Integrations.").waitFor();
  await button("Copy text").waitFor();
  await clean();
});

test("a colleague's file fills in what it knows", async () => {
  await open();
  await button("Open a colleague’s set-up file").click();
  await expect.poll(() => box("Kommo address").inputValue()).toBe("nordkonsult.kommo.com");
});

test("sample data needs no account", async () => {
  await open();
  await button("Explore with sample data").click();
  await window.page.getByRole("table", { name: "Deals to send" }).getByText("Uppdrag 042").waitFor();
});

test("nothing of the sample data is left once accounts are connected", async () => {
  const engine = new FakeEngine(60_000);
  answerSetup(engine);
  window = await openWindow(engine, { route: "#/deals/510201" });
  const { page } = window;
  await page.locator('tr[data-index="5"]').getByRole("checkbox").click();
  await page.getByText("1 chosen").waitFor();
  await page.waitForTimeout(650);
  await button("Send contract").click();
  await page.getByRole("complementary", { name: "Leaving now" }).waitFor();
  await kommo();
  await oneflow();
  await button("Continue").click();
  await combobox("Workspace").selectOption({ label: "Sales Nordics" });
  await combobox("Template").selectOption({ label: "Konsultavtal 2026" });
  await page.getByRole("table", { name: "How a deal fills the contract" }).waitFor();
  await button("Finish setup").click();
  await page.getByRole("table", { name: "Deals to send" }).getByText("Uppdrag 042").waitFor();
  const left = page.getByText(/leaving|chosen|The deal is gone/i);
  expect(await left.allInnerTexts()).toEqual([]);
  expect(new URL(page.url()).hash).toBe("#/deals");
});

test("without a keychain the set-up says so from its first step", async () => {
  const engine = await open();
  engine.state = { ...engine.state, keychain: "absent" };
  engine.count();
  await button("Connect accounts").click();
  await window.page.getByText("This computer has no keychain").waitFor();
  await clean();
});
