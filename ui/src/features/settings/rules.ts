/** How a rule of the mapping reads, and what it can be changed to. */
import type { FormatCode, RuleDto, SourceChoice, SourceKind } from "../../bindings";
import type { Option } from "../../components/Select.svelte";
import { t } from "../../lib/messages.svelte";
import { sourceName } from "../../lib/origins";

/** Ids of sources that always give the same text carry it: `fixed:30 days net`. */
export const FIXED = "fixed:";

export const formats: FormatCode[] = ["plain", "two_decimals", "spaced_comma", "iso_day"];

export const isFixed = (source: string): boolean => source.startsWith(FIXED);
export const fixedText = (source: string): string => source.slice(FIXED.length);

type Owner = "deal" | "company" | "contact" | "other";

export function ownerOf(kind: SourceKind): Owner {
  if (kind.startsWith("deal_")) return "deal";
  if (kind.startsWith("company_")) return "company";
  return kind.startsWith("contact_") ? "contact" : "other";
}

/** Everything a value can be taken from; `current` stays a choice even if Kommo has it no more. */
export function sourceOptions(sources: SourceChoice[], current: string): Option[] {
  const known = sources
    .filter(({ kind }) => kind !== "fixed")
    .map(({ id, kind, field }) => ({
      value: id,
      label: sourceName(kind, field),
      group: t(`settings.rule.group.${ownerOf(kind)}`),
    }));
  const fixed = { value: FIXED, label: sourceName("fixed", null), group: t("settings.rule.group.other") };
  const isGone = current !== "" && !isFixed(current) && !known.some(({ value }) => value === current);
  const gone = { value: current, label: t("settings.rule.gone"), group: t("settings.rule.group.other") };
  return [...known, fixed, ...(isGone ? [gone] : [])];
}

function nameOf(source: string, sources: SourceChoice[]): string {
  if (isFixed(source)) return t("settings.rule.quoted", { text: fixedText(source) });
  const choice = sources.find(({ id }) => id === source);
  return choice ? sourceName(choice.kind, choice.field) : t("settings.rule.gone");
}

/** "Avtalsnamn, else Company name, else “Growth”" */
export function ruleWords(rule: RuleDto, sources: SourceChoice[]): string {
  const names = rule.sources.map((source) => nameOf(source, sources));
  if (rule.default) names.push(t("settings.rule.quoted", { text: rule.default }));
  if (names.length === 0) return t("settings.rule.nothing");
  return names.reduce((first, next) => t("settings.rule.else", { first, next }));
}
