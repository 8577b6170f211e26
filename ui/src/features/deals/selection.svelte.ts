/** The deals chosen to be sent together. What is chosen stays chosen while the list is searched and sorted. */
import type { DealRow } from "../../bindings";
import { onProfileChange } from "../../lib/profile";

type RowAt = (index: number) => DealRow | undefined;

/** Only a deal that waits for its contract can be sent with others; the rest ask for a decision of their own. */
export function canChoose({ status }: DealRow): boolean {
  return status.kind === "ready";
}

export class Selection {
  #chosen = $state.raw<ReadonlyMap<string, DealRow>>(new Map());
  /** Where a range begins, and what was chosen before it. */
  #anchor: number | undefined;
  #reached: number | undefined;
  #before: ReadonlyMap<string, DealRow> = new Map();

  get size(): number {
    return this.#chosen.size;
  }

  get deals(): DealRow[] {
    return [...this.#chosen.values()];
  }

  has(deal: string): boolean {
    return this.#chosen.has(deal);
  }

  toggle(index: number, rowAt: RowAt): void {
    const row = rowAt(index);
    if (!row || !canChoose(row)) return;
    const chosen = new Map(this.#chosen);
    if (!chosen.delete(row.id)) chosen.set(row.id, row);
    this.#chosen = chosen;
    this.#begin(index);
  }

  /** Everything from the row chosen last to this one; what an earlier range took beyond it is let go again. */
  range(to: number, rowAt: RowAt): void {
    if (this.#anchor === undefined) return this.toggle(to, rowAt);
    const chosen = new Map(this.#before);
    for (let at = Math.min(this.#anchor, to); at <= Math.max(this.#anchor, to); at++) {
      const row = rowAt(at);
      if (row && canChoose(row)) chosen.set(row.id, row);
    }
    this.#chosen = chosen;
    this.#reached = to;
  }

  /** One step with Shift held. A range goes on only from where it ended. */
  extend(from: number, to: number, rowAt: RowAt): void {
    if (this.#reached !== from) this.#begin(from);
    this.range(to, rowAt);
  }

  add(rows: DealRow[]): void {
    this.#chosen = new Map([
      ...this.#chosen,
      ...rows.filter(canChoose).map((row): [string, DealRow] => [row.id, row]),
    ]);
    this.#forgetRange();
  }

  remove(deals: Iterable<string>): void {
    const chosen = new Map(this.#chosen);
    for (const deal of deals) chosen.delete(deal);
    if (chosen.size !== this.#chosen.size) this.#chosen = chosen;
  }

  clear(): void {
    this.#chosen = new Map();
    this.#forgetRange();
  }

  /** Rows as they are now: what has left meanwhile is no longer chosen. */
  refresh(rows: Iterable<DealRow>): void {
    const gone: string[] = [];
    for (const row of rows) if (this.#chosen.has(row.id) && !canChoose(row)) gone.push(row.id);
    this.remove(gone);
  }

  #begin(index: number): void {
    this.#anchor = this.#reached = index;
    this.#before = this.#chosen;
  }

  #forgetRange(): void {
    this.#anchor = this.#reached = undefined;
    this.#before = new Map();
  }
}

/** Outlives the list: a person looks elsewhere and comes back. */
export const chosenDeals = new Selection();
onProfileChange(() => chosenDeals.clear());
