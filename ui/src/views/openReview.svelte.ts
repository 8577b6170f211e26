/** The review that is under way. It outlives its view: who looks elsewhere and comes back goes on where they were. */
import type { DealRow } from "../bindings";
import { chosenDeals } from "../features/deals/selection.svelte";
import { DealPreview } from "../features/preview/dealPreview.svelte";
import { BatchReview, Entry } from "../features/review/batchReview.svelte";
import { onProfileChange } from "../lib/profile";
import { goTo } from "../lib/route.svelte";

/** Stands in the address where the id of a deal would. */
export const REVIEW = "review";

let open = $state.raw<BatchReview<DealPreview> | undefined>();
onProfileChange(() => (open = undefined));

export function openReview(): BatchReview<DealPreview> | undefined {
  return open;
}

/** Begins with these deals; what was decided about one of them in an unfinished review still is. */
export function beginReview(deals: DealRow[]): void {
  const known = new Map(open?.entries.filter(({ isClicked }) => !isClicked).map((one) => [one.id, one]));
  const review = new BatchReview(
    deals.map((row) => known.get(row.id) ?? new Entry(row, new DealPreview(row.id, null))),
  );
  open = review;
  void review.prepare();
  goTo("deals", REVIEW);
}

/** Back to the list: what has left is no longer chosen. */
export function closeReview(): void {
  const clicked = open?.entries.filter(({ standing }) => standing === "clicked") ?? [];
  chosenDeals.remove(clicked.map(({ id }) => id));
  if (chosenDeals.size === 0) open = undefined;
  goTo("deals");
}
