/** The main job in a plain browser: from Welcome to the signed PDF on the deal. */
import assert from "node:assert/strict";
import { DEAL, box, button, explore, found, holdLong, link, openDeal, send, table, until } from "./manager.mjs";
import { REAL_TIME } from "./programs.mjs";

export const tests = {
  "sample data: a deal is previewed, sent, signed, and written back": async ({ page, app }) => {
    await explore(page);
    await openDeal(page);
    await page.getByRole("region", { name: "Contract preview" }).waitFor();
    await send(page);
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    await button(page, "Client signs").click();
    await page.getByText("All parties have signed").first().waitFor();
    const written = page.getByRole("list", { name: "Written back to Kommo" });
    await written.getByText("Signed PDF").waitFor();
    await until(async () => !(await written.innerText()).includes("waiting for its turn"));
    await button(page, "Save signed PDF").click();
    await page.waitForFunction(() => document.body.innerText.includes("-signed.pdf"));
    await until(async () => (await app.desktop()).notified.length > 0);
    const desktop = await app.desktop();
    assert.equal(desktop.notified.length, 1, JSON.stringify(desktop.notified));
    assert.match(desktop.notified[0].title, /signed$/);
    assert.equal(desktop.saved.length, 1);
  },

  "a declined contract offers a new version, an expired one too": async ({ page }) => {
    await explore(page);
    for (const [deal, act] of [
      [DEAL, "Client declines"],
      ["Uppdrag 045", "Deadline passes"],
    ]) {
      await link(page, "Deals").click();
      await openDeal(page, deal);
      await send(page);
      await page.getByRole("region", { name: "Timeline" }).waitFor();
      await button(page, act).click();
      await button(page, "Send a new version").first().waitFor();
    }
    await link(page, "Contracts").click();
    for (const status of ["Declined", "Expired"])
      await table(page, "Contracts").getByText(status, { exact: true }).first().waitFor();
  },

  "an undo in time leaves the deal as it was": {
    scale: REAL_TIME,
    async run({ page }) {
      await explore(page);
      await holdLong(page);
      await openDeal(page);
      await send(page);
      await button(page, "Undo").first().click();
      await button(page, "Send contract").waitFor();
      await (await found(page)).getByText("Ready").waitFor();
    },
  },

  "two accounts are connected by hand, and what is missing is made after asking": async ({ page, services }) => {
    const { addresses, tokens } = await services("--no-marker-fields");
    await button(page, "Connect accounts").click();
    await box(page, "Kommo address").fill(addresses.kommo);
    await box(page, "Kommo token").fill(tokens.kommo);
    await button(page, "Test Kommo connection").click();
    await button(page, "Continue").click();
    await box(page, "Oneflow API token").fill(tokens.oneflow);
    await box(page, "Oneflow user email").fill(tokens.oneflow_user_email);
    await button(page, "Advanced").click();
    await box(page, "Oneflow address").fill(addresses.oneflow);
    await button(page, "Test Oneflow connection").click();
    await button(page, "Continue").click();
    await page.getByRole("combobox", { name: "Workspace" }).selectOption({ label: "Försäljning" });
    await page.getByRole("combobox", { name: "Template" }).selectOption({ label: "Konsultavtal 2026" });
    for (const name of ["Create the field", "Add the fields"]) {
      await button(page, name).click();
      await button(page, name).waitFor({ state: "detached" });
    }
    const email = box(page, "Internal signatory email");
    await until(async () => (await email.inputValue()) === tokens.oneflow_user_email);
    await page.getByRole("combobox", { name: "Stage when signed" }).waitFor();
    await button(page, "Finish setup").click();
    await page.getByText(/\d+ to send · 120 won/).waitFor();
    const text = await page.content();
    for (const token of [tokens.kommo, tokens.oneflow]) assert.ok(!text.includes(token), "a token stands in the page");
  },

  "a wrong token is told beside its box": async ({ page, services }) => {
    const { addresses } = await services();
    await button(page, "Connect accounts").click();
    await box(page, "Kommo address").fill(addresses.kommo);
    await box(page, "Kommo token").fill("this is no token");
    await button(page, "Test Kommo connection").click();
    await page.locator("input[aria-invalid=true]").waitFor();
  },
};
