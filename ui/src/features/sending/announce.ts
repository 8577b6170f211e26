/** Says in a corner what became of a send; what went wrong is told where it can be mended, not here. */
import type { SendDto } from "../../bindings";
import { batchSends, isSettled } from "../../lib/sends.svelte";
import { onEngineEvent } from "../../lib/engine";
import { openContract } from "../../lib/links";
import { t } from "../../lib/messages.svelte";
import { toast } from "../../lib/toasts.svelte";

/** Returns the function that stops it. */
export function announceSends(): () => void {
  const told = new Set<string>();
  return onEngineEvent((event) => {
    if (event.kind !== "send") return;
    const { send } = event;
    const name = send.batch ?? send.id;
    if (told.has(name) || !(send.batch === null ? send.state === "published" : hasEnded(send.batch))) return;
    told.add(name);
    if (send.batch === null) sayPublished(send);
    else sayBatch(send.batch);
  });
}

/** Each send of it has come to its end, or waits for a person. */
function hasEnded(batch: string): boolean {
  return batchSends(batch).every((send) => isSettled(send) || send.why !== null);
}

/** Many that left together are told of once. */
function sayBatch(batch: string): void {
  const sent = batchSends(batch).filter(({ state }) => state === "published").length;
  if (sent > 0) toast(t("send.sentMany", { sent }));
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
