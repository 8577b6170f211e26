import { afterAll, afterEach, expect, test } from "vitest";
import { FakeEngine } from "./fakeEngine";
import { answerSetup } from "./fakeSetup";
import { closeBrowser, closeWindows, openWindow, type TestWindow } from "./window";

let window: TestWindow;
afterEach(closeWindows);
afterAll(closeBrowser);

const button = (name: string) => window.page.getByRole("button", { name, exact: true });
const box = (name: string) => window.page.getByRole("textbox", { name, exact: true });
const combobox = (name: string) => window.page.getByRole("combobox", { name, exact: true });

async function open(part: string, colorScheme: "light" | "dark" = "light"): Promise<FakeEngine> {
  const engine = new FakeEngine();
  engine.state = {
    ...engine.state,
    profile: {
      kind: "connected",
      account: "Nordkonsult AB",
      address: "nordkonsult.kommo.com",
      oneflow: "Nordkonsult AB",
      user: "1",
    },
  };
  answerSetup(engine);
  window = await openWindow(engine, { route: `#/settings/${part}`, colorScheme });
  await window.page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  return engine;
}

const parts: [part: string, ...signs: string[]][] = [
  ["general", "Undo time"],
  ["accounts", "Save set-up for colleagues", "Who are you in Kommo?"],
  ["kommo", "New Kommo token", "Who are you in Kommo?"],
  ["contract", "Konsultavtal 2026"],
  ["notes", "Note when expired"],
  ["about", "There is no server of ours."],
];

test.each(parts)("the part %s can be used by everybody and keeps the policy", async (part, ...signs) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await open(part, colorScheme);
    for (const sign of signs) await window.page.getByText(sign).first().waitFor({ state: "attached" });
    expect(await window.axe()).toEqual([]);
    expect(window.troubles).toEqual([]);
    if (colorScheme === "light") await window.close();
  }
});

test("a preference holds at once, language without a reload", async () => {
  const engine = await open("general");
  await combobox("Undo time").selectOption({ label: "30 seconds" });
  await expect.poll(() => engine.state.preferences.holdSeconds).toBe(30);
  await combobox("Language").selectOption({ label: "Svenska" });
  await window.page.getByRole("heading", { name: "Inställningar" }).waitFor();
});

test("a rule is changed, saved, and told of", async () => {
  const engine = await open("contract");
  await button("Change Reference").click();
  await button("Add a source").click();
  await combobox("Take from").selectOption({ label: "Always the same text" });
  await box("Text").fill("Ref 7");
  await window.page.getByText("“Ref 7”").waitFor();
  await button("Save").click();
  await window.page.getByText("Settings saved").waitFor();
  await expect.poll(() => button("Save").count()).toBe(0);
  expect(engine.journal.filter((command) => command === "save_settings")).toHaveLength(1);
});

test("changes outlive a look elsewhere, and can be thrown away", async () => {
  await open("notes");
  await box("Note when sent").fill("Contract {id} is out");
  await window.page.getByRole("link", { name: "Contracts", exact: true }).click();
  await window.page.getByRole("link", { name: "Settings", exact: true }).click();
  await window.page.getByRole("link", { name: "Back to Kommo" }).click();
  await expect.poll(() => box("Note when sent").inputValue()).toBe("Contract {id} is out");
  await button("Discard").click();
  await expect.poll(() => box("Note when sent").inputValue()).toContain("sent for signing");
});

test("a slot goes where the cursor stands", async () => {
  await open("contract");
  await box("Subject").fill("Hello !");
  await box("Subject").press("ArrowLeft");
  await window.page
    .getByRole("group", { name: "Put into: Subject" })
    .getByRole("button", { name: "Contact" })
    .click();
  await expect.poll(() => box("Subject").inputValue()).toBe("Hello {contact}!");
});

test("a new token is tested first, and a wrong one says why", async () => {
  await open("kommo");
  await box("New Kommo token").fill("wrong");
  await button("Test and replace").click();
  await window.page.getByText(/belongs to another Kommo account/).waitFor();
  await box("New Kommo token").fill("right");
  await button("Test and replace").click();
  await window.page.getByText("Kommo accepts the new token").waitFor();
  await expect.poll(() => box("New Kommo token").count()).toBe(0);
});

test("a service in trouble is named in its own card", async () => {
  const engine = await open("accounts");
  const oneflow = { ok: false, trouble: "service_trouble", since: null, until: null } as const;
  engine.state = { ...engine.state, oneflow };
  engine.emit({ kind: "state", state: engine.state });
  const card = window.page
    .locator("section")
    .filter({ has: window.page.getByRole("heading", { name: "Oneflow", exact: true }) });
  await expect.poll(() => card.innerText()).toContain("Oneflow has trouble");
  expect(await card.innerText()).not.toContain("For support");
});

test("the set-up for colleagues says where it was saved", async () => {
  await open("accounts");
  await button("Save set-up for colleagues").click();
  await window.page.getByText("Saved as nordkonsult.countersign.json").waitFor();
});
