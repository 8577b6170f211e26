/** Says in a corner what became of a send; what went wrong is told where it can be mended, not here. */
import type { SendDto } from "../../bindings";
import { onEngineEvent } from "../../lib/engine";
import { openContract } from "../../lib/links";
import { t } from "../../lib/messages.svelte";
import { toast } from "../../lib/toasts.svelte";

/** Returns the function that stops it. */
export function announceSends(): () => void {
  const told = new Set<string>();
  return onEngineEvent((event) => {
    if (event.kind !== "send" || event.send.state !== "published" || told.has(event.send.id)) return;
    told.add(event.send.id);
    sayPublished(event.send);
  });
}

function sayPublished({ email, contract }: SendDto): void {
  const text = t("send.sentTo", { email });
  if (contract === null) toast(text);
  else
    toast(text, {
      label: t("contract.openInOneflow"),
      run: () => openContract(contract),
    });
}
