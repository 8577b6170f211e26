/** Short tellings at the edge of the window. What must not be missed stands in "Needs you", not here. */
import { onProfileChange } from "./profile";

export interface ToastEntry {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const SHOWN_FOR = 6_000;

let entries = $state<ToastEntry[]>([]);
let held = false;
let next = 1;
onProfileChange(() => keep([]));

export function toasts(): ToastEntry[] {
  return entries;
}

export function toast(text: string, action?: ToastEntry["action"]): void {
  const id = next++;
  entries.push(action ? { id, text, action } : { id, text });
  expire(id);
}

export function dismissToast(id: number): void {
  keep(entries.filter((entry) => entry.id !== id));
}

/** Nothing goes away under a person's pointer or focus. */
export function holdToasts(on: boolean): void {
  held = on;
}

/** No pointer and no focus is left in what is gone, though the system may tell of neither leaving. */
function keep(left: ToastEntry[]): void {
  entries = left;
  if (left.length === 0) held = false;
}

function expire(id: number): void {
  setTimeout(() => {
    if (held) expire(id);
    else dismissToast(id);
  }, SHOWN_FOR);
}
