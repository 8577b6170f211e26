/** Days as the calendar of this computer counts them, from midnight to midnight, however many hours lie between. */

const DAY = 24 * 60 * 60_000;

const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** How often the date changes on the way; less than nothing when `to` comes first. */
export function daysBetween(from: Date, to: Date): number {
  // A day on which the clock is changed has an hour more or less.
  return Math.round((midnight(to) - midnight(from)) / DAY);
}

/** `yyyy-mm-dd`, as date boxes and the engine want it. */
export function isoDay(at: Date): string {
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}
