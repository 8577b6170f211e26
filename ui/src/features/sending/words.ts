/** What a send says of itself. */
import type { SendDto } from "../../bindings";
import { t } from "../../lib/messages.svelte";
import type { Recovery } from "../../lib/recovery";
import { goTo } from "../../lib/route.svelte";
import type { LiveSend } from "../../lib/sends.svelte";

export function leavingText(send: LiveSend, now: number): string {
  if (send.state !== "held") return send.waits ? t(`wait.${send.waits}`) : t("status.queued");
  return t("send.leavingIn", { seconds: Math.max(0, Math.ceil((send.endsAt - now) / 1000)) });
}

/** Who gets it, in as few words as tell it. */
export const whose = ({ company, dealName }: SendDto): string => company || dealName;

/** To the colleague's contract that was sent first, where it is known. */
export function wayToTheirs({ state, why }: SendDto): Recovery | undefined {
  const contract = why?.params["contract"];
  if (state !== "superseded" || !contract) return undefined;
  return { label: t("error.action.show_contract"), run: () => goTo("contracts", contract) };
}
