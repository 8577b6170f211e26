/** The parts of the settings, as the address names them. */
import type { IconName } from "../../components/icons";

export const parts = ["general", "accounts", "contract", "notes", "about"] as const;
export type Part = (typeof parts)[number];

export const partIcons: Record<Part, IconName> = {
  general: "settings",
  accounts: "key",
  contract: "contracts",
  notes: "edit",
  about: "info",
};

export type Service = "kommo" | "oneflow";

/** `#/settings/kommo` leads to the token of that service, `#/settings/template` to where the template is chosen. */
export function partOf(item: string | undefined): { part: Part; token: Service | undefined } {
  if (item === "kommo" || item === "oneflow") return { part: "accounts", token: item };
  if (item === "template") return { part: "contract", token: undefined };
  return { part: parts.find((part) => part === item) ?? "general", token: undefined };
}
