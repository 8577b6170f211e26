/** "Won in the last 30 days", as the first day that counts. */
import { isoDay } from "../../lib/calendar";

export const periods = ["any", "week", "month", "quarter", "year"] as const;
export type Period = (typeof periods)[number];

const days: Record<Exclude<Period, "any">, number> = { week: 7, month: 30, quarter: 90, year: 365 };

/** `yyyy-mm-dd`, by the calendar of this computer; nothing for "any". */
export function firstDayOf(period: Period, today: Date): string | null {
  if (period === "any") return null;
  return isoDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days[period]));
}
