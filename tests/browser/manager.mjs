/** What a manager does, by the names of design.md section 9. */

/** A deal of the sample data without any problem. */
export const DEAL = "Uppdrag 042";

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const link = (page, name) => page.getByRole("link", { name, exact: true });
export const box = (page, name) => page.getByRole("textbox", { name, exact: true });

export const table = (page, name) => page.getByRole("table", { name, exact: true });

export async function explore(page) {
  await button(page, "Explore with sample data").click();
  await page.getByText(/\d+ to send · 120 won/).waitFor();
}

export async function openDeal(page, name = DEAL) {
  const search = page.getByRole("searchbox", { name: "Search deals" });
  await search.fill(name);
  const row = table(page, "Deals to send").getByRole("row").filter({ hasText: name });
  await row.click();
  await page.getByRole("table", { name: "Mapped fields" }).waitFor();
}

/** Clicks until it is heard: for a moment after a preview changed, "Send contract" takes no click (ui.md section 4). */
export async function send(page) {
  const undo = button(page, "Undo").first();
  for (let tries = 0; tries < 20 && !(await undo.isVisible()); tries++) {
    await button(page, "Send contract").click();
    await undo.waitFor({ timeout: 1_000 }).catch(() => undefined);
  }
}

/** Asks until it is so, for half a minute. */
export async function until(isSo) {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${isSo}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
