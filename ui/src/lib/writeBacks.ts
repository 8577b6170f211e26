/** What a person decides about a part of a write-back that was left alone. */
import type { WriteBackDto } from "../bindings";
import { call } from "./engine";
import { t } from "./messages.svelte";

type Part = Pick<WriteBackDto, "id" | "reason">;

/** Writing again cannot work before the field is there, so it is made first, and the button says so. */
const lacksField = (part: Part): boolean => part.reason === "field_missing";

export function againWords(part: Part, otherwise: string): string {
  return lacksField(part) ? t("setup.missing.contract.create") : otherwise;
}

export async function settleWriteBack(part: Part, again: boolean): Promise<void> {
  if (again && lacksField(part)) await call("create_contract_field", {});
  await call("settle_write_back", { id: part.id, again });
}
