/** What was typed in, and what came of trying it out. */
import type { IpcError } from "../../bindings";
import { asIpcError } from "../../lib/engine";

interface Outcome<Typed, Answer> {
  /** What was tried. */
  typed: Typed;
  answer?: Answer;
  error?: IpcError;
}

/** An outcome counts only for what was tried: typing again makes it worthless at once, also while it is on its way. */
export class Trial<Typed extends object, Answer> {
  typed = $state() as Typed;
  #running = $state.raw<Typed | undefined>();
  #outcome = $state.raw<Outcome<Typed, Answer> | undefined>();

  constructor(
    initial: Typed,
    readonly ask: (typed: Typed) => Promise<Answer>,
  ) {
    this.typed = initial;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && this.#isTyped(this.#running);
  }

  get answer(): Answer | undefined {
    return this.#current?.answer;
  }

  get error(): IpcError | undefined {
    return this.#current?.error;
  }

  /** Tries what is typed now. Answers of what was typed before are dropped. */
  async run(): Promise<void> {
    const typed = $state.snapshot(this.typed) as Typed;
    this.#running = typed;
    this.#outcome = undefined;
    const outcome = await this.ask(typed).then(
      (answer): Outcome<Typed, Answer> => ({ typed, answer }),
      (thrown: unknown): Outcome<Typed, Answer> => ({ typed, error: asIpcError(thrown) }),
    );
    if (this.#running !== typed) return;
    this.#running = undefined;
    this.#outcome = outcome;
  }

  get #current(): Outcome<Typed, Answer> | undefined {
    return this.#outcome && this.#isTyped(this.#outcome.typed) ? this.#outcome : undefined;
  }

  #isTyped(tried: Typed): boolean {
    return JSON.stringify(tried) === JSON.stringify(this.typed);
  }
}
