/** Deals chosen to be sent together, as a person goes through them one by one: what was not seen is not sent. */
import type { DealRow, IpcError, PreviewDto, SendRequest } from "../../bindings";
import { asIpcError, call } from "../../lib/engine";
import { hearSend, liveSend, type LiveSend } from "../../lib/sends.svelte";
import { SETTLE_MS } from "../../lib/settling";
import { newSendId } from "../../lib/uuid";

/** The preview of one deal as a person works on it. */
export interface Previewed {
  readonly dto: PreviewDto | undefined;
  readonly error: IpcError | undefined;
  readonly isPending: boolean;
  readonly changedAt: number;
  readonly edits: Record<string, string>;
  load(): Promise<void>;
}

export type Standing = "open" | "approved" | "skipped" | "clicked" | "refused";
export type Weight = "blocked" | "warned" | "clean";

/** Previews asked for at the same time while a review is prepared. */
const AT_ONCE = 4;

export class Entry<P extends Previewed> {
  isSkipped = $state(false);
  /** Why the click on it was not taken. */
  error = $state.raw<IpcError | undefined>();
  /** The click, once it was taken. */
  send = $state<string | undefined>();
  #approved = $state<string | undefined>();

  constructor(
    readonly row: DealRow,
    readonly preview: P,
  ) {}

  get id(): string {
    return this.row.id;
  }

  get live(): LiveSend | undefined {
    return this.send === undefined ? undefined : liveSend(this.send);
  }

  get standing(): Standing {
    if (this.send !== undefined) return this.live?.state === "undone" ? "skipped" : "clicked";
    if (this.error) return "refused";
    if (this.isSkipped) return "skipped";
    // What has changed since the person said yes has to be seen again.
    return this.#approved !== undefined && this.#approved === this.preview.dto?.id ? "approved" : "open";
  }

  get weight(): Weight {
    const { dto } = this.preview;
    if (!dto?.sendable) return "blocked";
    return dto.problems.length > 0 ? "warned" : "clean";
  }

  get canApprove(): boolean {
    const { dto, isPending, error } = this.preview;
    return this.send === undefined && dto !== undefined && dto.sendable && !isPending && !error;
  }

  approve(): void {
    this.#approved = this.preview.dto?.id;
    this.isSkipped = false;
    this.error = undefined;
  }

  skip(): void {
    this.isSkipped = true;
    this.error = undefined;
  }

  /** The click on it was not taken, most likely because what was seen no longer holds. */
  refuse(error: IpcError): void {
    this.error = error;
    void this.preview.load();
  }

  /** To be decided anew. */
  reopen(): void {
    this.isSkipped = false;
    this.error = undefined;
    this.#approved = undefined;
  }

  /** Its click was taken back together with the others': what was seen and approved still is. */
  release(): void {
    this.send = undefined;
  }
}

export class BatchReview<P extends Previewed> {
  entries = $state.raw<Entry<P>[]>([]);
  /** How many previews are here, while the review is prepared. */
  prepared = $state(0);
  isReady = $state(false);
  isBusy = $state(false);
  error = $state.raw<IpcError | undefined>();
  /** The batch clicked last. */
  batch = $state<string | undefined>();

  #current = $state<string | undefined>();
  #shownAt = $state(0);
  /** A batch that got no answer is repeated as the same batch, never as another. */
  #unanswered: { batch: string; clicks: SendRequest[] } | undefined;

  constructor(
    entries: Entry<P>[],
    readonly now: () => number = () => performance.now(),
    readonly makeId: () => string = newSendId,
  ) {
    this.entries = entries;
  }

  /** Reads every preview, then puts those with problems first. */
  async prepare(): Promise<void> {
    const waiting = [...this.entries];
    const work = async (): Promise<void> => {
      for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
        if (entry.send === undefined) await entry.preview.load();
        this.prepared += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const order: Weight[] = ["blocked", "warned", "clean"];
    this.entries = this.entries.toSorted((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
    this.isReady = true;
    this.#goOn(-1);
  }

  get current(): Entry<P> | undefined {
    return this.entries.find(({ id }) => id === this.#current);
  }

  get approved(): Entry<P>[] {
    return this.entries.filter(({ standing }) => standing === "approved");
  }

  count(standing: Standing): number {
    return this.entries.filter((entry) => entry.standing === standing).length;
  }

  /** Sends of the last batch, as they stand. */
  get sends(): LiveSend[] {
    return this.entries
      .map(({ live }) => live)
      .filter((send) => send !== undefined)
      .filter(({ batch }) => batch === this.batch);
  }

  show(id: string | undefined): void {
    this.#current = id;
    this.#shownAt = this.now();
  }

  move(by: number): void {
    const at = this.entries.findIndex(({ id }) => id === this.#current);
    const to = at < 0 && by < 0 ? this.entries.length - 1 : at + by;
    this.show(this.entries[Math.max(0, Math.min(this.entries.length - 1, to))]?.id);
  }

  /** Yes to what is in sight; too soon after it came, the key was meant for what stood there before. */
  approve(): boolean {
    const entry = this.current;
    if (!entry?.canApprove || this.isBusy) return false;
    if (this.now() - Math.max(entry.preview.changedAt, this.#shownAt) < SETTLE_MS) return false;
    entry.approve();
    this.#goOn(this.entries.indexOf(entry));
    return true;
  }

  skip(): void {
    const entry = this.current;
    if (!entry || entry.send !== undefined) return;
    if (entry.standing === "skipped") return entry.reopen();
    entry.skip();
    this.#goOn(this.entries.indexOf(entry));
  }

  /** One hold for all that were approved. */
  async send(): Promise<void> {
    // Pressed for the last deal, not for all of them.
    if (this.isBusy || (!this.current && this.now() - this.#shownAt < SETTLE_MS)) return;
    const request = this.#unanswered ?? this.#request();
    if (request.clicks.length === 0) return;
    this.#unanswered = request;
    this.isBusy = true;
    this.error = undefined;
    try {
      const answer = await call("send_several", request);
      this.#unanswered = undefined;
      this.batch = answer.id;
      for (const send of answer.sends) {
        hearSend(send);
        const entry = this.entries.find(({ id }) => id === send.deal);
        if (entry) entry.send = send.id;
      }
      for (const { deal, error } of answer.refused) {
        this.entries.find(({ id }) => id === deal)?.refuse(error);
      }
      this.show(undefined);
    } catch (thrown) {
      this.error = asIpcError(thrown);
      // A refusal is an answer: the next click is another click.
      if (this.error.code !== "internal") this.#unanswered = undefined;
    } finally {
      this.isBusy = false;
    }
  }

  /** Takes back whatever of the batch has not left yet. */
  async undo(): Promise<void> {
    if (this.batch === undefined) return;
    try {
      const { sends } = await call("undo_batch", { batch: this.batch });
      sends.forEach(hearSend);
      for (const send of sends)
        if (send.state === "undone") this.entries.find((entry) => entry.send === send.id)?.release();
    } catch (thrown) {
      this.error = asIpcError(thrown);
    }
  }

  async sendNow(): Promise<void> {
    if (this.batch === undefined) return;
    try {
      (await call("send_batch_now", { batch: this.batch })).sends.forEach(hearSend);
    } catch (thrown) {
      this.error = asIpcError(thrown);
    }
  }

  #request(): { batch: string; clicks: SendRequest[] } {
    return {
      batch: this.makeId(),
      clicks: this.approved.map(({ id, preview }) => ({
        send: this.makeId(),
        deal: id,
        preview: preview.dto!.id,
        replaces: null,
        edits: preview.edits,
      })),
    };
  }

  /** On to the next that waits for a decision, from the top again at the end; nothing when all are decided. */
  #goOn(from: number): void {
    const { entries } = this;
    for (let step = 1; step <= entries.length; step++) {
      const entry = entries[(from + step + entries.length) % entries.length];
      if (entry?.standing === "open") return this.show(entry.id);
    }
    this.show(undefined);
  }
}
