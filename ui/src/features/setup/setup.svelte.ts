/** The set-up under way: which step, what was typed, what was found. Forgotten when it ends; nothing of it is stored. */
import type { Choice, KommoTest, OneflowTest, SetupFile } from "../../bindings";
import { call } from "../../lib/engine";
import { leaveSetup } from "../../lib/firstRun.svelte";
import { setAppState } from "../../lib/appState.svelte";
import { ContractChoice } from "./contractChoice.svelte";
import { Trial } from "./trial.svelte";

export const steps = ["kommo", "oneflow", "template"] as const;
export type Step = (typeof steps)[number];

export class Setup {
  step = $state<Step>("kommo");
  readonly kommo = new Trial<{ address: string; token: string }, KommoTest>(
    { address: "", token: "" },
    (typed) => call("test_kommo", { address: typed.address.trim(), token: typed.token.trim() }),
  );
  readonly oneflow = new Trial<{ token: string; email: string; address: string }, OneflowTest>(
    { token: "", email: "", address: "" },
    ({ token, email, address }) =>
      call("test_oneflow", { token: token.trim(), email: email.trim(), address: address.trim() }),
  );
  readonly contract: ContractChoice;

  /** Everybody whom the person can be in Kommo; nobody where users cannot be read. */
  people = $state.raw<Choice[]>([]);
  /** Who they are, or nothing. */
  user = $state("");

  constructor(file?: SetupFile) {
    if (file) {
      this.kommo.typed.address = file.kommoAddress;
      this.oneflow.typed.address = file.oneflowAddress;
    }
    this.contract = new ContractChoice(file?.template);
  }

  /** Whether the next step may come. */
  get mayContinue(): boolean {
    if (this.step === "kommo") return this.kommo.answer !== undefined;
    if (this.step === "oneflow") return this.oneflow.answer !== undefined;
    return this.contract.isComplete;
  }

  async testOneflow(): Promise<void> {
    await this.oneflow.run();
    if (this.oneflow.answer) await this.#readPeople();
  }

  async next(): Promise<void> {
    if (!this.mayContinue) return;
    if (this.step === "kommo") {
      this.step = "oneflow";
    } else if (this.step === "oneflow") {
      this.step = "template";
      await this.contract.readTemplates();
    } else {
      await this.finish();
    }
  }

  back(): void {
    const at = steps.indexOf(this.step);
    if (at === 0) leaveSetup();
    else this.step = steps[at - 1]!;
  }

  async finish(): Promise<void> {
    const state = await this.contract.finish(this.user || null);
    if (!state) return;
    leaveSetup();
    setAppState(state);
  }

  /** Tokens stay in memory no longer than the set-up. */
  forget(): void {
    this.kommo.typed.token = "";
    this.oneflow.typed.token = "";
  }

  async #readPeople(): Promise<void> {
    // Who somebody is only sets a filter: where it cannot be read, nobody is asked.
    const found = await call("setup_people", {}).catch(() => ({ users: [], proposed: null }));
    this.people = found.users;
    this.user = found.users.some(({ id }) => id === this.user) ? this.user : (found.proposed ?? "");
  }
}

let current = $state.raw(new Setup());

export function setup(): Setup {
  return current;
}

/** From the first step, with what a colleague's file told. */
export function startSetup(file?: SetupFile): void {
  current = new Setup(file);
}

/** Whether it was finished or left: the next one starts with nothing. */
export function endSetup(): void {
  current.forget();
  current = new Setup();
  // It only forgets, too; where it cannot be reached there is nothing to say to a person.
  void call("leave_setup", {}).catch(() => undefined);
}
