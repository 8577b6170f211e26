/** The arithmetic of a windowed table: which rows stand in the document, and how tall the gaps between them are. */

export interface Column<Row> {
  id: string;
  label: string;
  /** CSS width; columns without one share what is left. */
  width?: string;
  /** Figures stand at the end of their cell. */
  end?: boolean;
  /** The least width of the table, in rem, at which the column is shown. */
  from?: number;
  sortable?: boolean;
  /** What is shown whole on hover, where the cell may cut it. */
  title?: (row: Row) => string;
}

export interface Sorting {
  column: string;
  descending: boolean;
}

/** Rows that can be chosen, many at a time. */
export interface Picking<Row> {
  isPicked: (row: Row) => boolean;
  canPick: (row: Row) => boolean;
  /** Spoken name of the box of a row. */
  label: (row: Row) => string;
  /** With `range`, everything from the row chosen last. */
  pick: (index: number, range: boolean) => void;
  /** The keyboard went from one row to the next with Shift held. */
  extend: (from: number, to: number) => void;
  /** The box over all. */
  all: { label: string; state: "none" | "some" | "all"; pick: () => void };
}

export type Part = { index: number } | { gap: number; key: string };

/** Rows kept beyond both edges, so that a quick wheel does not outrun the drawing. */
const OVERSCAN = 8;

/** The indices from `first` up to, not including, `last` that are in sight. */
export function windowOf(
  top: number,
  height: number,
  row: number,
  total: number,
): { first: number; last: number } {
  if (row <= 0) return { first: 0, last: 0 };
  const last = Math.min(total, Math.ceil((top + height) / row) + OVERSCAN);
  return { first: Math.max(0, Math.min(Math.floor(top / row) - OVERSCAN, last)), last };
}

/** The window with its gaps. The active row is always in the document: that is what keeps the focus on it. */
export function partsOf(first: number, last: number, active: number, total: number): Part[] {
  const parts: Part[] = [];
  const gap = (rows: number, key: string) => {
    if (rows > 0) parts.push({ gap: rows, key });
  };
  if (active >= 0 && active < first) {
    gap(active, "before-active");
    parts.push({ index: active });
    gap(first - active - 1, "before");
  } else {
    gap(first, "before");
  }
  for (let index = first; index < last; index++) parts.push({ index });
  if (active >= last && active < total) {
    gap(active - last, "after");
    parts.push({ index: active });
    gap(total - active - 1, "after-active");
  } else {
    gap(total - last, "after");
  }
  return parts;
}
