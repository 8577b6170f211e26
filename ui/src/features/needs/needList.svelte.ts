/** Everything that waits for a person. */
import type { ContractChoice, IpcError, NeedDto, WriteBackDto } from "../../bindings";
import { asIpcError, call, onEngineEvent } from "../../lib/engine";
import { hearSend } from "../../lib/sends.svelte";
import { newSendId } from "../../lib/uuid";
import { settleWriteBack } from "../../lib/writeBacks";

export class NeedList {
  needs = $state.raw<NeedDto[] | undefined>();
  error = $state.raw<IpcError | undefined>();
  #turn = 0;
  #clicks = new Map<string, string>();

  /** What is in sight stays until newer has come. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const needs = await call("needs_you", {});
      // Each send that moves asks anew: only the last answer counts.
      if (turn !== this.#turn) return;
      for (const { send } of needs) if (send) hearSend(send);
      this.needs = needs;
      this.error = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    }
  }

  async settleWriteBack(part: WriteBackDto, again: boolean): Promise<void> {
    this.error = undefined;
    try {
      await settleWriteBack(part, again);
      await this.load();
    } catch (thrown) {
      this.error = asIpcError(thrown);
    }
  }

  /** What a person decided about a draft that was left behind, or about a contract that vanished. */
  async settleContract(contract: string, choice: ContractChoice): Promise<void> {
    await call("settle_contract", { contract, choice, send: this.#clickOn(contract) });
    this.#clicks.delete(contract);
    await this.load();
  }

  /** A choice that got no answer is repeated as the same click. */
  #clickOn(contract: string): string {
    const click = this.#clicks.get(contract) ?? newSendId();
    this.#clicks.set(contract, click);
    return click;
  }

  /** Returns the function that stops it. */
  follow(): () => void {
    return onEngineEvent((event) => {
      if (event.kind === "needs_you" || event.kind === "send") void this.load();
    });
  }
}
