/** One contract as it stands, kept fresh while it is open. */
import type { ContractDto, IpcError } from "../../bindings";
import { asIpcError, call, onEngineEvent } from "../../lib/engine";

export class OpenContract {
  dto = $state.raw<ContractDto | undefined>();
  error = $state.raw<IpcError | undefined>();

  constructor(readonly id: string) {}

  async load(): Promise<void> {
    try {
      this.dto = await call("contract", { contract: this.id });
      this.error = undefined;
    } catch (thrown) {
      this.error = asIpcError(thrown);
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
