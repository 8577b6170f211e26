/** Figures and dates for reading. Nothing formatted here is ever sent (design.md §6). */
import { daysBetween } from "./calendar";
import { formatLocale } from "./messages.svelte";

type Formatter = Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.ListFormat;

const cache = new Map<string, Formatter>();

function cached<F extends Formatter>(name: string, make: (locale: string) => F): F {
  const locale = formatLocale();
  const key = `${locale} ${name}`;
  let made = cache.get(key) as F | undefined;
  if (!made) cache.set(key, (made = make(locale)));
  return made;
}

export function formatCount(count: number): string {
  return cached("count", (locale) => new Intl.NumberFormat(locale)).format(count);
}

/** `{amount: "1250.00", currency: "EUR"}` as "€1,250" or "1 250 €"; cents only where there are any. */
export function formatMoney(amount: string, currency: string): string {
  const whole = /^-?\d+(\.0*)?$/.test(amount);
  try {
    const format = cached(
      `money ${currency} ${whole}`,
      (locale) =>
        new Intl.NumberFormat(locale, {
          style: "currency",
          currency,
          ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}),
        }),
    );
    // A string keeps every digit of an amount that a float would round.
    return format.format(amount as unknown as number);
  } catch {
    // A currency code that the engine does not know is still worth showing.
    return `${amount} ${currency}`;
  }
}

export function formatDay(at: Date): string {
  return cached("day", (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" })).format(at);
}

export function formatTime(at: Date): string {
  return cached("time", (locale) => new Intl.DateTimeFormat(locale, { timeStyle: "short" })).format(at);
}

export function formatMoment(at: Date): string {
  return cached(
    "moment",
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
  ).format(at);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Relative up to a week ("2 days ago"), then as the system writes dates (ui.md §6). */
export function formatRelative(at: Date, now: number): string {
  const past = now - at.getTime();
  const relative = cached("relative", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
  if (Math.abs(past) < MINUTE) return relative.format(0, "second");
  if (Math.abs(past) < HOUR) return relative.format(-Math.trunc(past / MINUTE), "minute");
  if (Math.abs(past) < DAY) return relative.format(-Math.trunc(past / HOUR), "hour");
  const days = daysBetween(new Date(now), at);
  return Math.abs(days) < 7 ? relative.format(days, "day") : formatDay(at);
}

/** "Today", "Yesterday", "Monday 16 November": the heading over a day's entries. */
export function formatDayName(day: Date, now: number): string {
  const ago = daysBetween(day, new Date(now));
  if (ago === 0 || ago === 1) {
    const word = cached(
      "relative",
      (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
    ).format(-ago, "day");
    return word.charAt(0).toLocaleUpperCase(formatLocale()) + word.slice(1);
  }
  return cached(
    "dayName",
    (locale) => new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" }),
  ).format(day);
}

/** "Åsa Öberg and Karin Lind". */
export function formatList(names: string[]): string {
  return cached("list", (locale) => new Intl.ListFormat(locale, { type: "conjunction" })).format(names);
}

/** What is there of some short facts, in one line. */
export function facts(list: (string | null | undefined)[]): string {
  return list.filter(Boolean).join(" · ");
}
