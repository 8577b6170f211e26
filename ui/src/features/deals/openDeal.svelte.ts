/** One deal with what was sent for it, kept fresh while it is open. */
import type { DealDetail, IpcError } from "../../bindings";
import { asIpcError, call, onEngineEvent } from "../../lib/engine";
import { hearSend } from "../../lib/sends.svelte";

export class OpenDeal {
  detail = $state.raw<DealDetail | undefined>();
  error = $state.raw<IpcError | undefined>();

  #turn = 0;

  constructor(readonly id: string) {}

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const detail = await call("deal", { deal: this.id });
      // A send that moves fast asks again before it was answered: only the last answer counts.
      if (turn !== this.#turn) return;
      if (detail.send) hearSend(detail.send);
      this.detail = detail;
      this.error = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    }
  }

  /** Returns the function that stops it. */
  follow(): () => void {
    return onEngineEvent((event) => {
      const isMine =
        event.kind === "send"
          ? event.send.deal === this.id
          : event.kind === "deals" || event.kind === "contracts";
      if (isMine) void this.load();
    });
  }
}
