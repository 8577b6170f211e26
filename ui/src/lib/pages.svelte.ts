/** A long list held as pages of 100: only what was in sight lately, never the whole (design.md §6). */
import { asIpcError } from "./engine";
import type { IpcError } from "../bindings";

export const PAGE = 100;
const KEPT = 20;
/** Rows beyond the edge that are asked for before they come into sight, so that scrolling meets no blank row. */
const AHEAD = 60;
/** While a thumb is dragged every page is passed; only the one it rests on is asked for (ui-stack.md §5). */
const REST_MS = 50;

export interface Slice<Row> {
  rows: Row[];
  offset: number;
  total: number;
}

export class Pages<Row> {
  total = $state(0);
  /** Nothing has been answered yet: time for a skeleton. */
  isFirst = $state(true);
  isLoading = $state(false);
  error = $state.raw<IpcError | undefined>();

  #pages = $state.raw(new Map<number, Row[]>());
  #asked = new Set<number>();
  #turn = 0;
  #sight = { first: 0, last: PAGE };
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly load: (offset: number, limit: number) => Promise<Slice<Row>>) {}

  at(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Rows that are here, with their places. */
  *loaded(): Generator<[index: number, row: Row]> {
    for (const [page, rows] of this.#pages)
      for (const [at, row] of rows.entries()) yield [page * PAGE + at, row];
  }

  /** Rows come into sight. */
  see(first: number, last: number): void {
    const jumped = Math.abs(first - this.#sight.first) > PAGE;
    this.#sight = { first, last };
    clearTimeout(this.#rest);
    if (jumped) this.#rest = setTimeout(() => this.#askMissing(), REST_MS);
    else this.#askMissing();
  }

  /** What is here may be old. It stays in sight until newer has come. */
  async refresh(): Promise<void> {
    this.#turn++;
    this.#asked.clear();
    const pages = this.#pagesOf(this.#sight.first, this.#sight.last);
    await Promise.all(pages.map((page) => this.#ask(page)));
  }

  /** The question has changed: rows of the old one would be wrong, so the list starts at its top. */
  async restart(): Promise<void> {
    this.#sight = { first: 0, last: PAGE };
    await this.refresh();
  }

  #pagesOf(first: number, last: number): number[] {
    const pages: number[] = [];
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.max(last, 1); page++) pages.push(page);
    return pages;
  }

  #askMissing(): void {
    const first = Math.max(0, this.#sight.first - AHEAD);
    // Before the first answer it is not known how many there are.
    const last = this.isFirst ? this.#sight.last : Math.min(this.total, this.#sight.last + AHEAD);
    for (const page of this.#pagesOf(first, last)) if (!this.#asked.has(page)) void this.#ask(page);
  }

  async #ask(page: number): Promise<void> {
    const turn = this.#turn;
    this.#asked.add(page);
    this.isLoading = true;
    try {
      const slice = await this.load(page * PAGE, PAGE);
      if (turn === this.#turn) this.#take(page, slice);
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    } finally {
      if (turn === this.#turn) this.isLoading = false;
    }
  }

  #take(page: number, slice: Slice<Row>): void {
    // Pages that were not asked for in this turn are of an older state of the list.
    const pages = new Map([...this.#pages].filter(([one]) => this.#asked.has(one)));
    pages.delete(page);
    pages.set(page, slice.rows);
    for (const old of pages.keys()) {
      if (pages.size <= KEPT) break;
      pages.delete(old);
      this.#asked.delete(old);
    }
    this.#pages = pages;
    this.total = slice.total;
    this.isFirst = false;
    this.error = undefined;
  }
}
