/** What is said of something that waits for a person, and of what they can decide. */
import type { ContractChoice, NeedCode, Said, SendDto, SettleChoice } from "../bindings";
import { t, type MessageKey } from "./messages.svelte";

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

/** A contract that can be opened in Oneflow, and what the button to it is called. */
export interface ContractLink {
  contract: string;
  label: string;
}

/** Where our own contract may be out already, and is no mere draft. */
const perhapsOut = new Set<NeedCode>(["two_contracts_out", "cannot_tell", "restored"]);

/** Needs that speak of another contract, by what the button to it is called. One out of reach cannot be opened. */
const others: Partial<Record<NeedCode, MessageKey>> = {
  colleagues_draft: "send.openTheirs",
  two_contracts_out: "send.openContract",
  newer_contract: "send.openContract",
};

/** Every contract that the words about a send tell a person to look at, our own first. */
export function contractLinks({ contract, why }: SendDto): ContractLink[] {
  if (why === null) return [];
  const links: ContractLink[] = [];
  const own = perhapsOut.has(why.code) ? "contract.openInOneflow" : "send.openDraft";
  if (contract !== null) links.push({ contract, label: t(own) });
  const other = others[why.code];
  const named = why.params["contract"];
  if (other && named) links.push({ contract: named, label: t(other, { contract: named }) });
  return links;
}

/** Nothing was made of it, so the way on leads over the deal. */
export function leadsToDeal({ choices }: SendDto): boolean {
  return choices.every((choice) => choice === "leave");
}

export function settleWords(choice: SettleChoice | ContractChoice): string {
  return t(`settle.${choice}`);
}

export type Destroying = Extract<SettleChoice, "discard_theirs" | "give_up">;

/** These delete a draft in Oneflow, so a person is asked first (ui.md §4). */
export function destroys(choice: SettleChoice): choice is Destroying {
  return choice === "discard_theirs" || choice === "give_up";
}
