/** The frame's own state as Rust tells it: who is connected, how the services answer, counts, preferences. */
import type { AppState, IpcError, Preferences } from "../bindings";
import { asIpcError, call, onEngineEvent } from "./engine";
import { bestLanguage, languages, setLanguage, type Language } from "./messages.svelte";
import { openProfile } from "./profile";
import { hearSend } from "./sends.svelte";
import { setSingleLetters } from "./shortcuts.svelte";

let current = $state.raw<AppState | undefined>();
let failure = $state.raw<IpcError | undefined>();

/** Nothing only until the first answer has come. */
export function appState(): AppState | undefined {
  return current;
}

/** Why there is no state at all. */
export function startFailure(): IpcError | undefined {
  return current === undefined ? failure : undefined;
}

/** Commands that change the frame answer with all of it. */
export function setAppState(state: AppState): void {
  openProfile(state.profile);
  current = state;
  state.leaving.forEach(hearSend);
  applyPreferences(state.preferences);
}

/** Asks once, then follows; returns the function that stops it. */
export function followAppState(): () => void {
  const stop = onEngineEvent((event) => {
    if (event.kind === "state") setAppState(event.state);
  });
  void start();
  return stop;
}

/** Asks for the state of the frame; also to try again after a failure. */
export async function start(): Promise<void> {
  try {
    setAppState(await call("app_state", {}));
  } catch (thrown) {
    failure = asIpcError(thrown);
  }
}

export async function savePreferences(change: Partial<Preferences>): Promise<void> {
  if (!current) return;
  setAppState(await call("set_preferences", { ...current.preferences, ...change }));
}

function applyPreferences({ language, theme, density, letterKeys }: Preferences): void {
  const known = languages.find((one): one is Language => one === language);
  setLanguage(known ?? bestLanguage(navigator.languages));
  document.documentElement.dataset["theme"] = theme;
  document.documentElement.dataset["density"] = density;
  setSingleLetters(letterKeys);
}
