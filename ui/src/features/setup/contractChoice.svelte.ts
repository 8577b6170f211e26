/** The last step: from which template contracts are made, who signs for us, what happens when all have signed. */
import type { AppState, IpcError, Proposal, WorkspaceChoice } from "../../bindings";
import { asIpcError, call } from "../../lib/engine";

export class ContractChoice {
  workspaces = $state.raw<WorkspaceChoice[]>([]);
  proposal = $state.raw<Proposal | undefined>();
  internalName = $state("");
  internalEmail = $state("");
  /** Id of a stage; empty leaves the deal where it is. */
  stage = $state("");
  setsAside = $state(false);
  /** `yyyy-mm-dd` */
  setAsideBefore = $state("");

  isReadingTemplates = $state(false);
  isProposing = $state(false);
  isFinishing = $state(false);
  /** Which field is being created. */
  creating = $state<"contract" | "markers" | undefined>();
  /** What could not be read. */
  readError = $state.raw<IpcError | undefined>();
  createError = $state.raw<IpcError | undefined>();
  finishError = $state.raw<IpcError | undefined>();

  #workspace = $state("");
  #template = $state("");
  /** What was put into the boxes by a proposal: only that may be replaced by the next one. */
  #proposed = { name: "", email: "" };
  #turn = 0;

  /** Name of the template that a colleague's file was made for. */
  constructor(readonly wanted?: string) {}

  get workspace(): string {
    return this.#workspace;
  }

  set workspace(id: string) {
    this.#workspace = id;
    this.template = this.#bestTemplate();
  }

  get template(): string {
    return this.#template;
  }

  set template(id: string) {
    this.#template = id;
    this.proposal = undefined;
    if (id) void this.propose();
  }

  get templates(): WorkspaceChoice["templates"] {
    return this.workspaces.find(({ id }) => id === this.#workspace)?.templates ?? [];
  }

  /** Who signs for us needs a name and an address, or neither: then the template's own signatory stays. */
  get isSignatoryWhole(): boolean {
    return (this.internalName.trim() === "") === (this.internalEmail.trim() === "");
  }

  get isComplete(): boolean {
    return (
      this.proposal !== undefined && this.isSignatoryWhole && (!this.setsAside || this.setAsideBefore !== "")
    );
  }

  get reopens(): boolean {
    return this.proposal?.stages.some(({ id, reopens }) => id === this.stage && reopens) ?? false;
  }

  /** Asked anew each time the step is entered: the account may be another one. */
  async readTemplates(): Promise<void> {
    this.isReadingTemplates = true;
    this.readError = undefined;
    try {
      const { workspaces } = await call("setup_templates", {});
      this.workspaces = workspaces;
      this.workspace = this.#bestWorkspace();
    } catch (thrown) {
      this.readError = asIpcError(thrown);
    } finally {
      this.isReadingTemplates = false;
    }
  }

  async propose(): Promise<void> {
    const turn = ++this.#turn;
    this.isProposing = true;
    this.readError = undefined;
    try {
      const proposal = await call("setup_proposal", { workspace: this.#workspace, template: this.#template });
      if (turn === this.#turn) this.#take(proposal);
    } catch (thrown) {
      if (turn === this.#turn) this.readError = asIpcError(thrown);
    } finally {
      if (turn === this.#turn) this.isProposing = false;
    }
  }

  async create(fields: "contract" | "markers"): Promise<void> {
    this.creating = fields;
    this.createError = undefined;
    try {
      const proposal = await call(fields === "contract" ? "create_contract_field" : "add_marker_fields", {});
      this.#take(proposal);
    } catch (thrown) {
      this.createError = asIpcError(thrown);
    } finally {
      this.creating = undefined;
    }
  }

  /** The frame as it stands afterwards; nothing if it did not work. */
  async finish(user: string | null): Promise<AppState | undefined> {
    if (!this.proposal) return undefined;
    this.isFinishing = true;
    this.finishError = undefined;
    try {
      return await call("finish_setup", {
        user,
        mapping: this.proposal.mapping,
        internalName: this.internalName.trim(),
        internalEmail: this.internalEmail.trim(),
        stageWhenSigned: this.stage || null,
        setAsideBefore: (this.setsAside && this.setAsideBefore) || null,
      });
    } catch (thrown) {
      this.finishError = asIpcError(thrown);
      return undefined;
    } finally {
      this.isFinishing = false;
    }
  }

  #take(proposal: Proposal): void {
    this.proposal = proposal;
    if (this.internalName === this.#proposed.name && this.internalEmail === this.#proposed.email) {
      this.internalName = proposal.internalName;
      this.internalEmail = proposal.internalEmail;
      this.#proposed = { name: proposal.internalName, email: proposal.internalEmail };
    }
    if (!proposal.stages.some(({ id }) => id === this.stage)) this.stage = "";
  }

  /** The one chosen before, else the one that has the wanted template, else the only one, else none. */
  #bestWorkspace(): string {
    const has = (wanted: (workspace: WorkspaceChoice) => boolean) => this.workspaces.find(wanted)?.id;
    return (
      has(({ id }) => id === this.#workspace) ??
      has(({ templates }) => templates.some(({ name }) => name === this.wanted)) ??
      (this.workspaces.length === 1 ? this.workspaces[0]!.id : "")
    );
  }

  #bestTemplate(): string {
    const has = (wanted: (template: { id: string; name: string }) => boolean) =>
      this.templates.find(wanted)?.id;
    return (
      has(({ id }) => id === this.#template) ??
      has(({ name }) => name === this.wanted) ??
      (this.templates.length === 1 ? this.templates[0]!.id : "")
    );
  }
}
