/** Input that comes sooner after a change of the preview was meant for what stood there before (ui.md §4). */
export const SETTLE_MS = 600;
