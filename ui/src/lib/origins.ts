/** What is said of where the values of a contract come from. */
import type { OriginDto, SourceKind } from "../bindings";
import { t } from "./messages.svelte";

/** What in Kommo a value is taken from: a custom field goes by its own name. */
export function sourceName(kind: SourceKind, field: string | null): string {
  return field ?? t(`source.${kind}`);
}

/** Where a value came from, in a word or two. */
export function originName(origin: OriginDto): string {
  return origin.kind === "kommo" ? sourceName(origin.source, origin.field) : t(`origin.${origin.kind}`);
}
