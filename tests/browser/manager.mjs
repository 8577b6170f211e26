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
  await table(page, "Deals to send").getByText("Ready").first().waitFor();
}

/** What is looked at or undone while it leaves must not have left meanwhile, however slow the machine. */
export async function holdLong(page) {
  await link(page, "Settings").click();
  await page.getByRole("combobox", { name: "Undo time" }).selectOption({ label: "60 seconds" });
  await link(page, "Deals").click();
}

/** Waits until the list holds the deal that is searched for, and nothing else. */
export async function found(page, name = DEAL) {
  const row = table(page, "Deals to send").getByRole("row").filter({ hasText: name });
  await row.waitFor();
  await page.getByText("1 deal found").waitFor();
  return row;
}

export async function openDeal(page, name = DEAL) {
  await page.getByRole("searchbox", { name: "Search deals" }).fill(name);
  await (await found(page, name)).click();
  await page.getByRole("table", { name: "Mapped fields" }).waitFor();
}

/** Clicks until it is heard: for a moment after a preview changed, "Send contract" takes no click (ui.md section 4). */
export async function send(page) {
  const action = button(page, "Send contract");
  await action.waitFor();
  for (let tries = 0; tries < 20; tries++) {
    // Heard late, it goes while the next click waits for it.
    await action.click({ timeout: 5_000 }).catch(() => undefined);
    const gone = action.waitFor({ state: "detached", timeout: 1_000 });
    if (await gone.then(() => true, () => false)) return;
  }
  throw new Error("no click on Send contract was heard");
}

/** Asks until it is so, for half a minute. */
export async function until(isSo) {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${isSo}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
