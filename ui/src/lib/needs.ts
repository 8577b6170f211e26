/** What is said of something that waits for a person, and of what they can decide. */
import type { ContractChoice, NeedCode, Said, SettleChoice } from "../bindings";
import { t } from "./messages.svelte";

export interface NeedWords {
  /** What happened. */
  title: string;
  /** What it means and what to do. */
  body: string;
}

export function needWords({ code, params }: Said<NeedCode>): NeedWords {
  // The texts choose by `none` what they say where nothing is known.
  const known = Object.entries(params).filter(([, text]) => text !== "");
  const slots = { contract: "none", person: "none", text: "none", ...Object.fromEntries(known) };
  return { title: t(`need.${code}.title`, slots), body: t(`need.${code}.body`, slots) };
}

export function settleWords(choice: SettleChoice | ContractChoice): string {
  return t(`settle.${choice}`);
}

export type Destroying = Extract<SettleChoice, "discard_theirs" | "give_up">;

/** These delete a draft in Oneflow, so a person is asked first (ui.md §4). */
export function destroys(choice: SettleChoice): choice is Destroying {
  return choice === "discard_theirs" || choice === "give_up";
}
