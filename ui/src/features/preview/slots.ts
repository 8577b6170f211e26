/** Places of the values of a preview. */
import type { PreviewValueDto } from "../../bindings";

export const isLong = (slot: string): boolean => slot === "message";

export type Part = "parties" | "contract" | "invitation";

const parts: Record<string, Part> = {
  company: "parties",
  "client.name": "parties",
  "client.email": "parties",
  "internal.name": "parties",
  "internal.email": "parties",
  subject: "invitation",
  message: "invitation",
};

/** The values under their headings, each part in the order Rust gave. */
export function byPart(values: PreviewValueDto[]): [Part, PreviewValueDto[]][] {
  const order: Part[] = ["parties", "contract", "invitation"];
  return order
    .map((part): [Part, PreviewValueDto[]] => [
      part,
      values.filter(({ slot }) => (parts[slot] ?? "contract") === part),
    ])
    .filter(([, found]) => found.length > 0);
}

/** Where a long e-mail or web address may be broken, so that no word of it is: before what joins its parts. */
export function breakable(text: string): string[] {
  return text.includes("@") || text.includes("://") ? text.split(/(?=[@/_-]|\.[^.])/) : [text];
}
