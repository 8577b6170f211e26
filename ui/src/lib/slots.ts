/** What the values of a contract are called on screen. */
import { t, type MessageKey } from "./messages.svelte";

const names: Record<string, MessageKey> = {
  company: "slot.company",
  "client.name": "slot.clientName",
  "client.email": "slot.clientEmail",
  "internal.name": "slot.internalName",
  "internal.email": "slot.internalEmail",
  name: "slot.name",
  subject: "slot.subject",
  message: "slot.message",
};

/** The fixed slots have names of ours; a data field has its own. */
export function slotName({ slot, label }: { slot: string; label: string }): string {
  const known = names[slot];
  return known ? t(known) : label || slot.replace(/^field:/, "");
}
