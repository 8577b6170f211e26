/** How the contract of a deal stands, as icon, word and colour (ui.md §3). */
import type { DealStatus, DealStatusKind } from "../../bindings";
import type { IconName } from "../../components/icons";
import type { Tone } from "../../components/StatusMark.svelte";
import { t } from "../../lib/messages.svelte";
import { needWords } from "../../lib/needs";

const looks: Record<DealStatusKind, { icon: IconName; tone: Tone }> = {
  ready: { icon: "ready", tone: "neutral" },
  sending: { icon: "sending", tone: "wait" },
  awaiting: { icon: "awaiting", tone: "wait" },
  signed: { icon: "signed", tone: "good" },
  declined: { icon: "declined", tone: "bad" },
  expired: { icon: "expired", tone: "warn" },
  needs_attention: { icon: "attention", tone: "warn" },
  elsewhere: { icon: "elsewhere", tone: "neutral" },
  set_aside: { icon: "aside", tone: "neutral" },
};

export const statusKinds = Object.keys(looks) as DealStatusKind[];

export interface StatusLook {
  icon: IconName;
  tone: Tone;
  word: string;
  detail?: string;
}

export function statusLook(status: DealStatus): StatusLook {
  if (status.kind === "leaving") return { icon: "leaving", tone: "wait", word: t("status.leaving") };
  const kind = status.kind === "queued" ? "sending" : status.kind;
  const look = { ...looks[kind], word: status.kind === "queued" ? t("status.queued") : t(`status.${kind}`) };
  if (status.kind === "needs_attention" && status.why)
    return { ...look, detail: needWords(status.why).title };
  if (status.kind !== "awaiting" || status.signatories === 0) return look;
  return {
    ...look,
    detail: t("status.signedOf", { signed: status.signed, signatories: status.signatories }),
  };
}
