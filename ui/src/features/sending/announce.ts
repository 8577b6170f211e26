/** Says in a corner what became of a send; what went wrong is told where it can be mended, not here. */
import type { SendDto } from "../../bindings";
import { batchSends, isSettled } from "../../lib/sends.svelte";
import { onEngineEvent } from "../../lib/engine";
import { facts } from "../../lib/format";
import { openContract } from "../../lib/links";
import { t } from "../../lib/messages.svelte";
import { needWords } from "../../lib/needs";
import { toast } from "../../lib/toasts.svelte";
import { wayToTheirs, whose } from "./words";

/** Returns the function that stops it. */
export function announceSends(): () => void {
  const told = new Set<string>();
  const once = (name: string, say: () => void): void => {
    if (told.has(name)) return;
    told.add(name);
    say();
  };
  return onEngineEvent((event) => {
    if (event.kind !== "send") return;
    const { send } = event;
    const { id, batch, state } = send;
    // Its row leaves the list as if it had been sent, and the person may be far from it by then.
    if (state === "superseded") once(id, () => saySuperseded(send));
    if (batch === null && state === "published") once(id, () => sayPublished(send));
    if (batch !== null && hasEnded(batch)) once(batch, () => sayBatch(batch));
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

function saySuperseded(send: SendDto): void {
  if (send.why) toast(facts([needWords(send.why).title, whose(send)]), wayToTheirs(send));
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
