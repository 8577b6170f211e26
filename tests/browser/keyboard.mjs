/** The main job without a mouse. */
import assert from "node:assert/strict";
import { DEAL, found, table } from "./manager.mjs";

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
  });

/** Presses Tab until something with this name has the focus. */
async function tabTo(page, name) {
  for (let at = 0; at < 60; at++) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} cannot be reached with Tab; the focus is on ${await focused(page)}`);
}

export const tests = {
  "a deal is found, read and sent with the keyboard alone": async ({ page }) => {
    await page.getByRole("button", { name: "Explore with sample data" }).waitFor();
    await tabTo(page, "Explore with sample data");
    await page.keyboard.press("Enter");
    await page.getByText(/\d+ to send · 120 won/).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type(DEAL);
    const row = await found(page);
    await page.keyboard.press("Tab");
    for (let at = 0; at < 30 && !(await row.evaluate((one) => one.contains(document.activeElement))); at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("table", { name: "Mapped fields" }).waitFor();
    const timeline = page.getByRole("region", { name: "Timeline" });
    const leaving = page.getByRole("complementary", { name: "Leaving now" });
    // Ignored for a moment after the preview came.
    for (let at = 0; at < 20 && !(await leaving.isVisible()) && !(await timeline.isVisible()); at++) {
      await page.keyboard.press("Control+Enter");
      await leaving.or(timeline).first().waitFor({ timeout: 1_000 }).catch(() => undefined);
    }
    await page.keyboard.press("2");
    await table(page, "Contracts").getByText(/Awaiting signature|Sending/).first().waitFor();
  },
};
