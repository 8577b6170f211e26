/** Texts with slots: "Agreement with {company} - {plan}". */

/** Everything that a text of ours can be filled with. */
export type TextSlot = "company" | "plan" | "deal" | "contact" | "amount" | "date" | "id" | "email" | "name";

/** Of the name and the invitation of a contract. */
export const contractSlots: TextSlot[] = ["company", "plan", "deal", "contact", "amount", "date"];

/** What stands in braces and would be sent as it stands, because nothing fills it. */
export function unknownSlots(text: string, known: readonly string[]): string[] {
  const found = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!);
  return [...new Set(found.filter((name) => !known.includes(name)))];
}

/** The text with a slot put where the cursor stands, and where the cursor stands then. */
export function insertSlot(
  text: string,
  from: number,
  to: number,
  slot: string,
): { text: string; at: number } {
  const added = `{${slot}}`;
  return { text: text.slice(0, from) + added + text.slice(to), at: from + added.length };
}
