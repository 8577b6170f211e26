/** Every view, light and dark: people with disabilities can use it, and it keeps the content security policy. */
import { button, explore, holdLong, link, openDeal, send, table } from "./manager.mjs";
import { REAL_TIME } from "./programs.mjs";
import { isAccessible } from "./window.mjs";

const checked = async (page, where, scheme) => isAccessible(page, `${where}, ${scheme}`);

const everyView = (colorScheme) => ({
  options: { colorScheme },
  async run({ page }) {
    await button(page, "Connect accounts").waitFor();
    await checked(page, "Welcome", colorScheme);
    await button(page, "Connect accounts").click();
    await button(page, "Test Kommo connection").waitFor();
    await checked(page, "the Kommo step", colorScheme);
    await button(page, "Back").click();
    await explore(page);
    await checked(page, "Deals", colorScheme);
    await openDeal(page);
    await checked(page, "a preview", colorScheme);
    await send(page);
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    await checked(page, "the deal of a contract", colorScheme);
    await link(page, "Contracts").click();
    await table(page, "Contracts").getByText(/Awaiting signature|Sending/).first().click();
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    await checked(page, "a contract", colorScheme);
    await button(page, "Client declines").click();
    await button(page, "Send a new version").first().waitFor();
    for (const [view, sign] of [
      ["Activity", "Åsa Öberg declined"],
      ["Needs you", "Nothing needs you"],
      ["Settings", "Undo time"],
    ]) {
      await link(page, view).click();
      await page.getByRole("heading", { name: view, level: 1 }).waitFor();
      await page.getByText(sign).waitFor();
      await checked(page, view, colorScheme);
    }
    for (const [part, sign] of [
      ["Accounts", "Who are you in Kommo?"],
      ["Contract", "Workspace"],
      ["Back to Kommo", "Task when expired"],
      ["About", "What is kept where"],
    ]) {
      await link(page, part).click();
      await page.getByText(sign, { exact: true }).waitFor();
      await checked(page, `Settings, ${part}`, colorScheme);
    }
    await link(page, "Deals").click();
    await page.getByRole("searchbox", { name: "Search deals" }).fill("no deal is called this");
    await page.getByText("No deal matches").waitFor();
    await checked(page, "an empty list", colorScheme);
  },
});

const leavingSend = (colorScheme) => ({
  options: { colorScheme },
  scale: REAL_TIME,
  async run({ page }) {
    await explore(page);
    await holdLong(page);
    await openDeal(page);
    await send(page);
    await button(page, "Undo").first().waitFor();
    await checked(page, "a leaving send", colorScheme);
    await button(page, "Undo").first().click();
    await button(page, "Send contract").waitFor();
  },
});

/** Every step of the set-up, with its answers, is a view of its own. */
const everyStep = (colorScheme) => ({
  options: { colorScheme },
  async run({ page, services }) {
    const { addresses, tokens } = await services("--no-marker-fields");
    const box = (name) => page.getByRole("textbox", { name, exact: true });
    await button(page, "Connect accounts").click();
    await box("Kommo address").fill(addresses.kommo);
    await box("Kommo token").fill("this is no token");
    await button(page, "Test Kommo connection").click();
    await page.locator("input[aria-invalid=true]").waitFor();
    await checked(page, "a wrong Kommo token", colorScheme);
    await box("Kommo token").fill(tokens.kommo);
    await button(page, "Test Kommo connection").click();
    await page.getByText("120 won deals").waitFor();
    await checked(page, "a tested Kommo step", colorScheme);
    await button(page, "Continue").click();
    await box("Oneflow API token").fill(tokens.oneflow);
    await box("Oneflow user email").fill(tokens.oneflow_user_email);
    await button(page, "Advanced").click();
    await box("Oneflow address").fill(addresses.oneflow);
    await button(page, "Test Oneflow connection").click();
    await page.getByText(/templates? in 2 workspaces/).waitFor();
    await page.getByRole("combobox", { name: "Who are you in Kommo?" }).waitFor();
    await checked(page, "a tested Oneflow step", colorScheme);
    await button(page, "Continue").click();
    await page.getByRole("combobox", { name: "Workspace" }).selectOption({ label: "Försäljning" });
    await page.getByRole("combobox", { name: "Template" }).selectOption({ label: "Konsultavtal 2026" });
    await button(page, "Create the field").waitFor();
    await checked(page, "the template step", colorScheme);
  },
});

export const tests = {
  "every view can be used by everybody, in the light": everyView("light"),
  "every view can be used by everybody, in the dark": everyView("dark"),
  "a leaving send can be used by everybody, in the light": leavingSend("light"),
  "a leaving send can be used by everybody, in the dark": leavingSend("dark"),
  "every step of the set-up can be used by everybody, in the light": everyStep("light"),
  "every step of the set-up can be used by everybody, in the dark": everyStep("dark"),
};
