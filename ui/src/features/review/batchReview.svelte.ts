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

/** What did not work, and how it is asked for once more. */
interface Failure {
  error: IpcError;
  again: () => Promise<void>;
}

/** Previews asked for at the same time while a review is prepared. */
const AT_ONCE = 4;

export class Entry<P extends Previewed> {
  isSkipped = $state(false);
  /** Why the click on it was not taken. */
  error = $state.raw<IpcError | undefined>();
  #approved = $state<string | undefined>();
  /** The click made last, on what was seen then. Whether it was taken shows in what is heard of it, not in an answer. */
  #click = $state.raw<{ send: string; preview: string } | undefined>();

  constructor(
    readonly row: DealRow,
    readonly preview: P,
  ) {}

  get id(): string {
    return this.row.id;
  }

  get live(): LiveSend | undefined {
    return this.#click && liveSend(this.#click.send);
  }

  /** What was taken back stands as it stood before the click: what was seen and approved still is. */
  get isClicked(): boolean {
    return this.live !== undefined && this.live.state !== "undone";
  }

  get standing(): Standing {
    if (this.isClicked) return "clicked";
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
    return !this.isClicked && dto !== undefined && dto.sendable && !isPending && !error;
  }

  /** Until it is heard of, a click is repeated under its own id: whatever became of it, it is one send. */
  click(makeId: () => string): SendRequest {
    const { dto, edits } = this.preview;
    const preview = dto!.id;
    if (this.live || this.#click?.preview !== preview) this.#click = { send: makeId(), preview };
    return { send: this.#click.send, deal: this.id, preview, replaces: null, edits };
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
}

export class BatchReview<P extends Previewed> {
  entries = $state.raw<Entry<P>[]>([]);
  /** How many previews are here, while the review is prepared. */
  prepared = $state(0);
  isReady = $state(false);
  isBusy = $state(false);
  failed = $state.raw<Failure | undefined>();

  #current = $state<string | undefined>();
  #shownAt = $state(0);
  /** A batch that got no answer: before anything else is sent, it must be known what of it was taken. */
  #unanswered: string | undefined;

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
        if (!entry.isClicked) await entry.preview.load();
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

  /** Whatever was sent and not taken back, as it stands. */
  get sends(): LiveSend[] {
    return this.entries.filter(({ isClicked }) => isClicked).flatMap(({ live }) => live ?? []);
  }

  /** What can still be taken back, the first to leave first. */
  get leaving(): LiveSend[] {
    return this.sends.filter(({ canUndo }) => canUndo).sort((a, b) => a.endsAt - b.endsAt);
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
    if (!entry || entry.isClicked) return;
    if (entry.standing === "skipped") return entry.reopen();
    entry.skip();
    this.#goOn(this.entries.indexOf(entry));
  }

  /** One hold for all that were approved. */
  async send(): Promise<void> {
    // Pressed for the last deal, not for all of them.
    if (this.isBusy || (!this.current && this.now() - this.#shownAt < SETTLE_MS)) return;
    await this.#attempt(() => this.#sendApproved());
  }

  /** Takes back whatever has not left yet. */
  async undo(): Promise<void> {
    await this.#attempt(() => this.#askForLeaving("undo_batch"));
  }

  async sendNow(): Promise<void> {
    await this.#attempt(() => this.#askForLeaving("send_batch_now"));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.failed = undefined;
    try {
      await work();
    } catch (thrown) {
      this.failed = { error: asIpcError(thrown), again: () => this.#attempt(work) };
    }
  }

  async #sendApproved(): Promise<void> {
    this.isBusy = true;
    try {
      await this.#hearUnanswered();
      if (this.approved.length > 0) await this.#clickApproved();
      this.show(undefined);
    } finally {
      this.isBusy = false;
    }
  }

  async #clickApproved(): Promise<void> {
    const batch = this.makeId();
    const chosen = this.approved;
    const clicks = chosen.map((entry) => entry.click(this.makeId));
    this.#unanswered = batch;
    try {
      const { sends, refused } = await call("send_several", { batch, clicks });
      this.#unanswered = undefined;
      sends.forEach(hearSend);
      for (const { deal, error } of refused) {
        this.entries.find(({ id }) => id === deal)?.refuse(error);
      }
    } catch (thrown) {
      await this.#hearUnanswered().catch(() => undefined);
      // Only the answer was lost where all of them were taken.
      if (chosen.some(({ live }) => !live)) throw thrown;
    }
  }

  async #hearUnanswered(): Promise<void> {
    if (this.#unanswered === undefined) return;
    const { sends } = await call("batch", { batch: this.#unanswered });
    this.#unanswered = undefined;
    sends.forEach(hearSend);
  }

  /** What left after the answer to one click got lost leaves in another batch than the rest. */
  async #askForLeaving(command: "undo_batch" | "send_batch_now"): Promise<void> {
    const batches = new Set(this.leaving.flatMap(({ batch }) => batch ?? []));
    const answers = await Promise.all([...batches].map((batch) => call(command, { batch })));
    answers.flatMap(({ sends }) => sends).forEach(hearSend);
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
