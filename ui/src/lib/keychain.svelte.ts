/** What is said about a keychain that keeps the tokens back, and trying it again. */
import type { ErrorCode, KeychainState } from "../bindings";
import { setAppState } from "./appState.svelte";
import { call } from "./engine";
import { codeWords, errorWords, type ErrorWords } from "./errors";
import { t } from "./messages.svelte";
import { toast } from "./toasts.svelte";

export type KeychainTrouble = Exclude<KeychainState, "ready">;

let trying = $state(false);

/** The system may be asking the person for a password meanwhile, for minutes. */
export function isTryingKeychain(): boolean {
  return trying;
}

export function keychainWords(trouble: KeychainTrouble): ErrorWords & { again: string } {
  const code: ErrorCode = trouble === "locked" ? "keychain_locked" : "keychain_absent";
  const again = t(trouble === "locked" ? "error.action.unlock" : "error.action.try_again");
  return { ...codeWords(code), again };
}

/**
 * Has the engine open anew what it could not: the keychain, or the data that another app held or that had no space.
 * What is as it was is told of again, or the button would seem to do nothing.
 */
export async function tryKeychainAgain(): Promise<void> {
  if (trying) return;
  trying = true;
  try {
    const state = await call("retry_keychain", {});
    setAppState(state);
    if (state.blocked) toast(errorWords(state.blocked).title);
    else if (state.keychain !== "ready") toast(keychainWords(state.keychain).title);
  } catch (thrown) {
    toast(errorWords(thrown).title);
  } finally {
    trying = false;
  }
}
