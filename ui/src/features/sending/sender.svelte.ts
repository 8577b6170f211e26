/** The click on "Send contract": exactly one send for what was seen, whatever the hand or the keyboard does. */
import type { ErrorCode, IpcError, SendDto } from "../../bindings";
import { asIpcError, call } from "../../lib/engine";
import { hearSend } from "../../lib/sends.svelte";
import { SETTLE_MS } from "../../lib/settling";
import { newSendId } from "../../lib/uuid";

export interface Seen {
  preview: string;
  deal: string;
  replaces: string | null;
  edits: Record<string, string>;
  /** When the preview changed last, by `performance.now()`. */
  changedAt: number;
  /** Has the preview read anew. */
  renew: () => void;
}

/** What was seen no longer holds: the same click would be refused for ever, until it is seen as it is now. */
const outdated = new Set<ErrorCode>([
  "preview_changed",
  "preview_blocked",
  "deal_gone",
  "template_inactive",
  "template_gone",
]);

export class Sender {
  isBusy = $state(false);
  error = $state.raw<IpcError | undefined>();

  /** Preview → the id of its click. A click that got no answer is repeated under its own id, never as another. */
  #clicks = new Map<string, string>();

  constructor(
    readonly now: () => number = () => performance.now(),
    readonly makeId: () => string = newSendId,
  ) {}

  /** Whether the click was taken; nothing if it came too soon, or while another is being taken. */
  async send(seen: Seen): Promise<SendDto | undefined> {
    if (this.isBusy || this.now() - seen.changedAt < SETTLE_MS) return undefined;
    this.isBusy = true;
    this.error = undefined;
    const id = this.#clicks.get(seen.preview) ?? this.makeId();
    this.#clicks.set(seen.preview, id);
    try {
      const { preview, deal, replaces, edits } = seen;
      const send = await call("send", { send: id, deal, preview, replaces, edits });
      this.#clicks.delete(preview);
      hearSend(send);
      return send;
    } catch (thrown) {
      this.error = asIpcError(thrown);
      // A refusal is an answer: the next click is another click.
      if (this.error.code !== "internal") this.#clicks.delete(seen.preview);
      if (outdated.has(this.error.code)) seen.renew();
      return undefined;
    } finally {
      this.isBusy = false;
    }
  }
}
