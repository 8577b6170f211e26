/** The preview of one deal as a person works on it: what they typed for this contract, and what Rust makes of it. */
import type { IpcError, PreviewDto } from "../../bindings";
import { asIpcError, call, onEngineEvent } from "../../lib/engine";

export class DealPreview {
  dto = $state.raw<PreviewDto | undefined>();
  error = $state.raw<IpcError | undefined>();
  /** Something was typed that the preview does not show yet; nothing can be sent before it does. */
  isPending = $state(false);
  /** Slot → text typed for this contract. */
  edits = $state.raw<Record<string, string>>({});
  /** When what is seen changed last, by `performance.now()`: a click that comes too soon after was not meant for it. */
  changedAt = $state(performance.now());

  #turn = 0;

  constructor(
    readonly deal: string,
    readonly replaces: string | null,
  ) {}

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const dto = await call("preview", { deal: this.deal, replaces: this.replaces, edits: this.edits });
      if (turn !== this.#turn) return;
      if (dto.id !== this.dto?.id) this.changedAt = performance.now();
      this.dto = dto;
      this.isPending = false;
      this.error = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asIpcError(thrown);
    }
  }

  /** What Kommo says of the slot again, where `text` is nothing. */
  async edit(slot: string, text: string | undefined): Promise<void> {
    const { [slot]: _dropped, ...others } = this.edits;
    this.edits = text === undefined ? others : { ...others, [slot]: text };
    this.isPending = true;
    await this.load();
  }

  /** Newer values replace what is seen, in place; returns the function that stops it. */
  follow(): () => void {
    return onEngineEvent((event) => {
      if (event.kind === "deals") void this.load();
    });
  }
}
