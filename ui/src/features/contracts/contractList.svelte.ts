/** The list of contracts as it is asked for now. */
import type { ContractRow, ContractStatus } from "../../bindings";
import { call, onEngineEvent } from "../../lib/engine";
import { Pages } from "../../lib/pages.svelte";

export class ContractList {
  search = $state("");
  status = $state<ContractStatus | "">("");
  awaiting = $state(0);

  readonly pages = new Pages<ContractRow>(async (offset, limit) => {
    const statuses = this.status ? [this.status] : [];
    const page = await call("contracts_page", { search: this.search.trim(), statuses, offset, limit });
    this.awaiting = page.awaiting;
    return page;
  });

  get isNarrowed(): boolean {
    return this.search.trim() !== "" || this.status !== "";
  }

  /** Everything that changes what is asked; an effect watches it. */
  get question(): string {
    return JSON.stringify([this.search.trim(), this.status]);
  }

  widen(): void {
    this.search = this.status = "";
  }

  /** The row of a contract, or of a send that has none yet, among the rows that are here. */
  find(item: string): { index: number; row: ContractRow } | undefined {
    for (const [index, row] of this.pages.loaded())
      if (row.contract === item || row.key === item) return { index, row };
    return undefined;
  }

  /** Follows what changes in Rust; returns the function that stops it. */
  follow(): () => void {
    return onEngineEvent((event) => {
      if (event.kind === "contracts" || event.kind === "send") void this.pages.refresh();
    });
  }
}
