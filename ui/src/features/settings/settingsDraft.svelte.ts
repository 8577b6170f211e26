/** The settings of a profile as they are being changed; nothing counts before it is saved. */
import type {
  IpcError,
  MappingDto,
  SettingsDto,
  SourceChoice,
  TextsDto,
  WorkspaceChoice,
} from "../../bindings";
import { asIpcError, call } from "../../lib/engine";
import { onProfileChange } from "../../lib/profile";

export type TextName = keyof TextsDto;

export class SettingsDraft {
  draft = $state<SettingsDto | undefined>();
  sources = $state.raw<SourceChoice[]>([]);
  workspaces = $state.raw<WorkspaceChoice[]>([]);
  isSaving = $state(false);
  isProposing = $state(false);
  loadError = $state.raw<IpcError | undefined>();
  /** Why workspaces or the rules of another template could not be read. */
  templateError = $state.raw<IpcError | undefined>();
  saveError = $state.raw<IpcError | undefined>();

  #saved = $state.raw<SettingsDto | undefined>();
  #turn = 0;

  get isDirty(): boolean {
    return this.draft !== undefined && !isEqual(this.draft, this.#saved);
  }

  /** Who signs for us needs a name and an address, or neither: then the template's own signatory stays. */
  get isSignatoryWhole(): boolean {
    const { internalName, internalEmail } = this.draft ?? { internalName: "", internalEmail: "" };
    return (internalName.trim() === "") === (internalEmail.trim() === "");
  }

  /** Kommo takes no empty note, Oneflow no contract without a name. */
  get emptyTexts(): (TextName | "name")[] {
    if (!this.draft) return [];
    const texts = Object.entries(this.draft.texts) as [TextName, string][];
    const empty = texts.filter(([, text]) => text.trim() === "").map(([name]) => name);
    return this.draft.mapping.name.trim() === "" ? ["name", ...empty] : empty;
  }

  get maySave(): boolean {
    return this.isDirty && this.isSignatoryWhole && this.emptyTexts.length === 0 && !this.isProposing;
  }

  get isOtherTemplate(): boolean {
    return this.draft?.mapping.template !== this.#saved?.mapping.template;
  }

  get reopens(): boolean {
    const { stages = [], stageWhenSigned = null } = this.draft ?? {};
    return stages.some(({ id, reopens }) => id === stageWhenSigned && reopens);
  }

  /** What is being changed is not read over. */
  async load(): Promise<void> {
    if (this.isDirty) return;
    this.loadError = undefined;
    try {
      const [settings, { sources }] = await Promise.all([call("settings", {}), call("mapping_sources", {})]);
      this.sources = sources;
      this.#take(settings);
    } catch (thrown) {
      this.loadError = asIpcError(thrown);
    }
  }

  async readTemplates(): Promise<void> {
    this.templateError = undefined;
    try {
      this.workspaces = (await call("setup_templates", {})).workspaces;
    } catch (thrown) {
      this.templateError = asIpcError(thrown);
    }
  }

  /** Another template has other data fields: its rules are proposed anew. Back at the saved one, the saved rules return. */
  async chooseTemplate(workspace: string, template: string): Promise<void> {
    const saved = this.#saved?.mapping;
    if (!this.draft || !saved) return;
    const turn = ++this.#turn;
    if (template === saved.template && workspace === saved.workspace) {
      this.draft.mapping = structuredClone(saved);
      return;
    }
    this.isProposing = true;
    this.templateError = undefined;
    try {
      const { mapping } = await call("setup_proposal", { workspace, template });
      if (turn === this.#turn) this.#propose(mapping, saved);
    } catch (thrown) {
      if (turn === this.#turn) this.templateError = asIpcError(thrown);
    } finally {
      if (turn === this.#turn) this.isProposing = false;
    }
  }

  discard(): void {
    this.#turn++;
    this.isProposing = false;
    this.saveError = undefined;
    this.draft = structuredClone(this.#saved);
  }

  /** Whether it was saved. */
  async save(): Promise<boolean> {
    if (!this.draft || !this.maySave) return false;
    this.isSaving = true;
    this.saveError = undefined;
    const sent = $state.snapshot(this.draft);
    try {
      this.#takeSaved(await call("save_settings", sent), sent);
      return true;
    } catch (thrown) {
      this.saveError = asIpcError(thrown);
      return false;
    } finally {
      this.isSaving = false;
    }
  }

  #take(settings: SettingsDto): void {
    this.#saved = settings;
    this.draft = structuredClone(settings);
  }

  /** What was changed while it was being saved stays. */
  #takeSaved(settings: SettingsDto, sent: SettingsDto): void {
    if (!this.draft || isEqual(this.draft, sent)) return this.#take(settings);
    this.#saved = settings;
    // The version is counted by Rust: in itself it is no change.
    this.draft.mapping.version = settings.mapping.version;
  }

  /** Name and invitation are the person's own words: they stay. */
  #propose(mapping: MappingDto, { version, name, subject, message }: MappingDto): void {
    if (this.draft) this.draft.mapping = { ...mapping, version, name, subject, message };
  }
}

function isEqual(one: SettingsDto, other: SettingsDto | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

let current = $state.raw(new SettingsDraft());
onProfileChange(() => (current = new SettingsDraft()));

/** The draft of this profile: it outlives the view, so that looking elsewhere loses nothing. */
export function settingsDraft(): SettingsDraft {
  return current;
}
