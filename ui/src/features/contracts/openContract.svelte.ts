/** One contract as it stands, kept fresh while it is open. */
import type { ContractDto, IpcError } from "../../bindings";
import { asIpcError, call, onEngineEvent } from "../../lib/engine";

export class OpenContract {
  dto = $state.raw<ContractDto | undefined>();
  error = $state.raw<IpcError | undefined>();

  #turn = 0;

  constructor(readonly id: string) {}

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const dto = await call("contract", { contract: this.id });
      // What changes again while it is read is read again: only the last answer counts.
      if (turn !== this.#turn) return;
      this.dto = dto;
      this.error = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    }
  }

  /** Returns the function that stops it. */
  follow(): () => void {
    return onEngineEvent((event) => {
      if (event.kind === "contracts" && (event.contracts.length === 0 || event.contracts.includes(this.id)))
        void this.load();
      if (event.kind === "send" && event.send.contract === this.id) void this.load();
    });
  }
}
