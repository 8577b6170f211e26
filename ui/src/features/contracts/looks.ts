/** Icon, word and colour of what contracts, people and pieces of work are in (ui.md §3). */
import type { ContractRow, ContractStatus, PersonState, TimelineKind, WriteBackCode } from "../../bindings";
import type { IconName } from "../../components/icons";
import type { Tone } from "../../components/StatusMark.svelte";
import { t } from "../../lib/messages.svelte";

interface Look {
  icon: IconName;
  tone: Tone;
}

const statuses: Record<ContractStatus, Look> = {
  sending: { icon: "sending", tone: "wait" },
  awaiting: { icon: "awaiting", tone: "wait" },
  signed: { icon: "signed", tone: "good" },
  declined: { icon: "declined", tone: "bad" },
  expired: { icon: "expired", tone: "warn" },
  needs_attention: { icon: "attention", tone: "warn" },
};

export const contractStatuses = Object.keys(statuses) as ContractStatus[];

export function contractLook({
  status,
  signed,
  signatories,
}: ContractRow): Look & { word: string; detail?: string } {
  const look = { ...statuses[status], word: t(`status.${status}`) };
  return status === "awaiting" && signatories > 0
    ? { ...look, detail: t("status.signedOf", { signed, signatories }) }
    : look;
}

export const personLooks: Record<PersonState, Look> = {
  waiting: { icon: "ready", tone: "neutral" },
  opened: { icon: "eye", tone: "wait" },
  signed: { icon: "signed", tone: "good" },
  declined: { icon: "declined", tone: "bad" },
  not_delivered: { icon: "warning", tone: "bad" },
};

export const timelineLooks: Record<TimelineKind, Look> = {
  clicked: { icon: "send", tone: "neutral" },
  created: { icon: "draft", tone: "neutral" },
  sent: { icon: "awaiting", tone: "wait" },
  opened: { icon: "eye", tone: "neutral" },
  delivery_failed: { icon: "warning", tone: "bad" },
  participant_signed: { icon: "check", tone: "good" },
  all_signed: { icon: "signed", tone: "good" },
  declined: { icon: "declined", tone: "bad" },
  expired: { icon: "expired", tone: "warn" },
  revived: { icon: "undo", tone: "wait" },
};

export const writeBackLooks: Record<WriteBackCode, Look> = {
  waiting: { icon: "clock", tone: "neutral" },
  done: { icon: "check", tone: "good" },
  parked: { icon: "attention", tone: "warn" },
};
