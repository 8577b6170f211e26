/**
 * Every word on screen. Texts are ICU messages in `messages/*.json`; English is the reference and types the keys.
 *
 * Keys under `native.` belong to Rust, which reads the same files (notifications, tray); the interface has no business
 * with them. tests/messages.test.ts finds missing, extra, unlike and unused texts.
 */
import { IntlMessageFormat } from "intl-messageformat";
import en from "../../messages/en.json";
import sv from "../../messages/sv.json";

export type MessageKey = Exclude<keyof typeof en, `native.${string}`>;
export type MessageValues = Record<string, string | number | Date>;
export type Language = keyof typeof catalogues;

const catalogues = { en, sv };

export const languages = Object.keys(catalogues) as Language[];

const rightToLeft = new Set(["ar", "fa", "he", "ur"]);

let chosen = $state<Language>("en");
const compiled = new Map<string, IntlMessageFormat>();

export function language(): Language {
  return chosen;
}

/** Switches every text at once; `lang` and `dir` of the page follow. */
export function setLanguage(to: Language): void {
  chosen = to;
  document.documentElement.lang = to;
  document.documentElement.dir = rightToLeft.has(to) ? "rtl" : "ltr";
}

/** The first of the person's languages that we have texts for. */
export function bestLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.split("-")[0]!.toLowerCase();
    const found = languages.find((one) => one === base);
    if (found) return found;
  }
  return "en";
}

/**
 * The locale for dates and numbers: the system's own variant of the chosen language, because a Swede who reads English
 * ("en-SE") still writes dates the Swedish way.
 */
export function formatLocale(): string {
  return systemLanguages().find((tag) => tag.toLowerCase().startsWith(chosen)) ?? chosen;
}

/** Nothing where there is no window, as in unit tests. */
function systemLanguages(): readonly string[] {
  return typeof navigator === "undefined" ? [] : navigator.languages;
}

export function t(key: MessageKey, values?: MessageValues): string {
  const text = catalogues[chosen][key];
  const cacheKey = `${chosen} ${key}`;
  let message = compiled.get(cacheKey);
  if (!message) {
    message = new IntlMessageFormat(text, formatLocale(), undefined, { ignoreTag: true });
    compiled.set(cacheKey, message);
  }
  return String(message.format(values));
}
