/** The list of won deals as it is asked for now: scope, search, filters, order. */
import type { DealFilters, DealRow, DealScope, DealSort, DealStatusKind, DealsPage } from "../../bindings";
import { call, onEngineEvent } from "../../lib/engine";
import { PAGE, Pages } from "../../lib/pages.svelte";
import { firstDayOf, type Period } from "./period";

const newestFirst = new Set<DealSort>(["amount", "won_on"]);

export class DealList {
  scope = $state<DealScope>("to_send");
  search = $state("");
  mine = $state(false);
  pipeline = $state("");
  owner = $state("");
  status = $state<DealStatusKind | "">("");
  period = $state<Period>("any");
  sort = $state<DealSort>("won_on");
  descending = $state(true);

  filters = $state.raw<DealFilters>({ pipelines: [], owners: [] });
  asOf = $state.raw<string | undefined>();

  readonly pages = new Pages<DealRow>((offset, limit) => this.#ask(offset, limit));

  /** The first deals of the list as it is now, as many as are sent together at most. */
  async top(): Promise<DealRow[]> {
    return (await this.#ask(0, PAGE)).rows;
  }

  async #ask(offset: number, limit: number): Promise<DealsPage> {
    const page = await call("deals_page", {
      scope: this.scope,
      search: this.search.trim(),
      mine: this.mine,
      pipelines: this.pipeline ? [this.pipeline] : [],
      owners: this.owner ? [this.owner] : [],
      statuses: this.status && this.hasStatus ? [this.status] : [],
      wonFrom: firstDayOf(this.period, new Date()),
      wonTo: null,
      sort: this.sort,
      descending: this.descending,
      offset,
      limit,
    });
    this.asOf = page.asOf ?? undefined;
    return page;
  }

  get isNarrowed(): boolean {
    const { mine, pipeline, owner, period } = this;
    const status = this.hasStatus && this.status !== "";
    return this.isSearching || mine || status || pipeline !== "" || owner !== "" || period !== "any";
  }

  /** Among deals to send all have the same status; a choice made elsewhere does not count there. */
  get hasStatus(): boolean {
    return this.scope === "all" || this.isSearching;
  }

  get isSearching(): boolean {
    return this.search.trim() !== "";
  }

  /** Everything that changes what is asked; an effect watches it. */
  get question(): string {
    const { scope, search, mine, pipeline, owner, status, period, sort, descending } = this;
    return JSON.stringify([scope, search.trim(), mine, pipeline, owner, status, period, sort, descending]);
  }

  widen(): void {
    this.search = this.pipeline = this.owner = this.status = "";
    this.mine = false;
    this.period = "any";
  }

  order(by: DealSort): void {
    this.descending = this.sort === by ? !this.descending : newestFirst.has(by);
    this.sort = by;
  }

  /** The place of a deal among the rows that are here. */
  placeOf(deal: string): number | undefined {
    for (const [index, row] of this.pages.loaded()) if (row.id === deal) return index;
    return undefined;
  }

  /** Follows what changes in Rust; returns the function that stops it. */
  follow(): () => void {
    const readFilters = () => call("deal_filters", {}).then((filters) => (this.filters = filters));
    // An error of the list itself is shown in its place; filters without choices need no second telling.
    const quietly = () => void readFilters().catch(() => undefined);
    quietly();
    return onEngineEvent((event) => {
      if (event.kind === "deals") {
        void this.pages.refresh();
        quietly();
      } else if (event.kind === "send") {
        void this.pages.refresh();
      }
    });
  }
}
