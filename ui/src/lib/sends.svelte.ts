/** Every send of this profile heard of since the window opened, as it stands now, its hold by this computer's clock. */
import { SvelteMap } from "svelte/reactivity";
import type { SendDto, SendStateCode } from "../bindings";
import { call, onEngineEvent } from "./engine";
import { errorWords } from "./errors";
import { onProfileChange } from "./profile";
import { toast } from "./toasts.svelte";

export interface LiveSend extends SendDto {
  /** Milliseconds by `Date.now()`; meant for showing, Rust alone decides when a hold is over. */
  endsAt: number;
}

const known = new SvelteMap<string, LiveSend>();
onProfileChange(() => known.clear());

const settled = new Set<SendStateCode>(["published", "undone", "stopped", "superseded", "given_up"]);

/** Whether the click has come to its end. A refused send that left a draft behind has not. */
export function isSettled({ state, contract }: SendDto): boolean {
  return settled.has(state) || (state === "rejected" && contract === null);
}

export function liveSend(id: string): LiveSend | undefined {
  return known.get(id);
}

/** The newest send of a deal that was heard of. */
export function liveSendOf(deal: string): LiveSend | undefined {
  return [...known.values()].filter((send) => send.deal === deal).sort((a, b) => (a.id < b.id ? 1 : -1))[0];
}

/** Those that were clicked together. */
export function batchSends(batch: string): LiveSend[] {
  return [...known.values()].filter((send) => send.batch === batch);
}

/** Sends that can still be undone, the first to leave first. */
export function leavingSends(): LiveSend[] {
  return [...known.values()].filter((send) => send.canUndo).sort((a, b) => a.endsAt - b.endsAt);
}

/** What was clicked last, while it can still be undone. Ids grow with time. */
export function lastLeaving(): LiveSend | undefined {
  return leavingSends().reduce<LiveSend | undefined>(
    (last, send) => (last && last.id > send.id ? last : send),
    undefined,
  );
}

export function hearSend(send: SendDto): void {
  const before = known.get(send.id);
  const endsAt = Date.now() + send.holdLeftMs;
  // The same hold told again must not make the bar jump.
  const steady = before?.state === "held" && send.state === "held" && Math.abs(before.endsAt - endsAt) < 400;
  known.set(send.id, { ...send, endsAt: steady ? before.endsAt : endsAt });
}

export const undoSend = (send: string): Promise<void> =>
  told(async () => hearSend(await call("undo_send", { send })));

/** Ends the undo time. */
export const sendNow = (send: string): Promise<void> =>
  told(async () => hearSend(await call("send_now", { send })));

/** What was clicked together is taken back together. */
export const undoSends = (sends: LiveSend[]): Promise<void> => together(sends, undoSend, "undo_batch");

/** Ends the undo time of all. */
export const sendAllNow = (sends: LiveSend[]): Promise<void> => together(sends, sendNow, "send_batch_now");

async function together(
  sends: LiveSend[],
  alone: (send: string) => Promise<void>,
  command: "undo_batch" | "send_batch_now",
): Promise<void> {
  const batches = [...new Set(sends.flatMap(({ batch }) => batch ?? []))];
  await Promise.all([
    ...sends.filter(({ batch }) => batch === null).map(({ id }) => alone(id)),
    ...batches.map((batch) => told(async () => (await call(command, { batch })).sends.forEach(hearSend))),
  ]);
}

/** A send that has left meanwhile shows by itself where it stands; why it was too late is said in a corner. */
async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    toast(errorWords(thrown).title);
  }
}

/** Returns the function that stops it. */
export function followSends(): () => void {
  return onEngineEvent((event) => {
    if (event.kind === "send") hearSend(event.send);
  });
}
