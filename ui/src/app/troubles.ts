/** The one most likely thing to do about a service that does not answer as it should. */
import type { AppState, ErrorCode } from "../bindings";
import { call } from "../lib/engine";
import { errorWords } from "../lib/errors";
import { formatMoment, formatTime } from "../lib/format";
import { t } from "../lib/messages.svelte";
import { goTo } from "../lib/route.svelte";
import { setAppState } from "../lib/appState.svelte";

export interface Trouble {
  id: string;
  tone: "info" | "warn" | "bad";
  title: string;
  body: string;
  action?: { label: string; run: () => void };
}

const tokenTroubles = new Set<ErrorCode>([
  "kommo_unauthorized",
  "kommo_token_expired",
  "kommo_token_malformed",
  "oneflow_unauthorized",
  "oneflow_token_malformed",
]);

/** Offline is said once, not once a service; a refused token comes first because nothing else mends it. */
export function troublesOf(state: AppState, now: number): Trouble[] {
  const found: Trouble[] = [];
  if (state.keychain !== "ready") found.push(keychainTrouble(state.keychain));
  const codes = [state.kommo.trouble, state.oneflow.trouble].filter((code) => code !== null);
  if (codes.includes("offline")) found.push(offline(state, now));
  for (const code of new Set(codes)) if (code !== "offline") found.push(serviceTrouble(code));
  if (state.tokenEnds !== null) found.push(tokenEnds(state.tokenEnds, now));
  return found;
}

function keychainTrouble(keychain: "locked" | "absent"): Trouble {
  const code: ErrorCode = keychain === "locked" ? "keychain_locked" : "keychain_absent";
  const retry = () => void call("retry_keychain", {}).then(setAppState, () => undefined);
  return { ...words(code), tone: "warn", action: { label: t("frame.unlock"), run: retry } };
}

function offline(state: AppState, now: number): Trouble {
  const at = state.asOf === null ? undefined : new Date(state.asOf);
  const time = at && (at.toDateString() === new Date(now).toDateString() ? formatTime(at) : formatMoment(at));
  const body = time === undefined ? t("frame.offlineNothing") : t("frame.offline", { time });
  return { id: "offline", tone: "info", title: t("error.offline.title"), body };
}

function serviceTrouble(code: ErrorCode): Trouble {
  if (!tokenTroubles.has(code)) return { ...words(code), tone: "warn" };
  const service = code.startsWith("kommo") ? "kommo" : "oneflow";
  return {
    ...words(code),
    tone: "bad",
    action: { label: t("frame.newToken"), run: () => goTo("settings", service) },
  };
}

function tokenEnds(at: string, now: number): Trouble {
  const days = Math.max(0, Math.ceil((Date.parse(at) - now) / 86_400_000));
  return {
    id: "token",
    tone: days <= 7 ? "warn" : "info",
    title: t("frame.tokenEnds", { days }),
    body: t("frame.tokenEndsBody"),
    action: { label: t("frame.newToken"), run: () => goTo("settings", "kommo") },
  };
}

function words(code: ErrorCode): { id: string; title: string; body: string } {
  const { title, body } = errorWords({ code, params: {}, retryAfterMs: null, incident: null });
  return { id: code, title, body };
}
