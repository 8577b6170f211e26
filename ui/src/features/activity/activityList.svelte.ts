/** Everything that happened to contracts, newest first. */
import type { ActivityRow } from "../../bindings";
import { call, onEngineEvent } from "../../lib/engine";
import { Pages } from "../../lib/pages.svelte";
import { setAppState } from "../../lib/appState.svelte";

export class ActivityList {
  /** New when it was first seen here: marked until the view is opened anew, though it counts as read from then on. */
  readonly #fresh = new Set<string>();

  readonly pages = new Pages<ActivityRow>(async (offset, limit) => {
    const page = await call("activity_page", { offset, limit });
    for (const { id, unread } of page.rows) if (unread) this.#fresh.add(id);
    return page;
  });

  get rows(): ActivityRow[] {
    const known = [...this.pages.loaded()].sort(([one], [other]) => one - other);
    return known.map(([, row]) => ({ ...row, unread: this.#fresh.has(row.id) }));
  }

  /** From its top, and all of it looked at. */
  async open(): Promise<void> {
    await this.pages.restart();
    await this.#markRead();
  }

  async refresh(): Promise<void> {
    await this.pages.refresh();
    await this.#markRead();
  }

  /** Returns the function that stops it. */
  follow(): () => void {
    return onEngineEvent((event) => {
      if (event.kind === "activity") void this.refresh();
    });
  }

  async #markRead(): Promise<void> {
    if (this.pages.error) return;
    // A count that stays too high for a while is no reason to say anything.
    await call("activity_read", {}).then(setAppState, () => undefined);
  }
}
