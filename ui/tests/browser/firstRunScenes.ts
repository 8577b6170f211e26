/** Scenes of first run and settings, for looking at. */
import { FakeEngine } from "./fakeEngine";
import { answerNeeds } from "./fakeNeeds";
import { answerSetup, kommoToken, oneflowToken } from "./fakeSetup";
import type { TestWindow } from "./window";

type Page = TestWindow["page"];

/** `missing`: fields that the app wants are not there. */
function nobody(missing = false): FakeEngine {
  const engine = new FakeEngine();
  engine.state = { ...engine.state, profile: { kind: "none" } };
  answerSetup(engine, missing);
  return engine;
}

function connected(): FakeEngine {
  const engine = new FakeEngine();
  answerSetup(engine);
  engine.state = {
    ...engine.state,
    profile: {
      kind: "connected",
      account: "Nordkonsult AB",
      address: "nordkonsult.kommo.com",
      oneflow: "Nordkonsult AB",
      user: "1",
    },
    tokenEnds: "2026-12-10T00:00:00Z",
  };
  return engine;
}

function waiting(): FakeEngine {
  const engine = new FakeEngine();
  engine.out(3, "signed");
  answerNeeds(engine);
  return engine;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const box = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

async function kommo(page: Page, token = kommoToken): Promise<void> {
  await button(page, "Connect accounts").click();
  await box(page, "Kommo address").fill("nordkonsult");
  await box(page, "Kommo token").fill(token);
  await button(page, "Test Kommo connection").click();
}

async function oneflow(page: Page): Promise<void> {
  await kommo(page);
  await button(page, "Continue").click();
  await box(page, "Oneflow API token").fill(oneflowToken);
  await box(page, "Oneflow user email").fill("karin@nordkonsult.example");
  await button(page, "Test Oneflow connection").click();
}

async function template(page: Page): Promise<void> {
  await oneflow(page);
  await button(page, "Continue").click();
  await page.getByRole("combobox", { name: "Workspace" }).selectOption({ label: "Sales Nordics" });
  await page.getByRole("combobox", { name: "Template" }).selectOption({ label: "Konsultavtal 2026" });
}

export const firstRunScenes = [
  { name: "welcome", route: "", engine: nobody },
  {
    name: "setup-where",
    route: "",
    engine: nobody,
    act: async ({ page }: TestWindow) => {
      await button(page, "Connect accounts").click();
      await button(page, "Where do I find this?").click();
    },
  },
  { name: "setup-kommo", route: "", engine: nobody, act: ({ page }: TestWindow) => kommo(page) },
  {
    name: "setup-kommo-wrong",
    route: "",
    engine: nobody,
    act: ({ page }: TestWindow) => kommo(page, "x.y.z"),
  },
  {
    name: "setup-oneflow",
    route: "",
    engine: () => nobody(true),
    act: ({ page }: TestWindow) => oneflow(page),
  },
  {
    name: "setup-template",
    route: "",
    engine: () => nobody(true),
    act: ({ page }: TestWindow) => template(page),
  },
  { name: "settings", route: "#/settings", engine: connected },
  { name: "settings-accounts", route: "#/settings/kommo", engine: connected },
  { name: "settings-contract", route: "#/settings/contract", engine: connected },
  { name: "settings-notes", route: "#/settings/notes", engine: connected },
  { name: "needs-all", route: "#/needs-you", engine: waiting },
];
