/** The one most likely thing to do about a service that does not answer as it should. */
import type { AppState, ErrorCode } from "../bindings";
import { daysBetween } from "../lib/calendar";
import { codeWords } from "../lib/errors";
import { formatMoment, formatTime } from "../lib/format";
import {
  isTryingKeychain,
  keychainWords,
  tryKeychainAgain,
  type KeychainTrouble,
} from "../lib/keychain.svelte";
import { t } from "../lib/messages.svelte";
import { goTo } from "../lib/route.svelte";

export interface Trouble {
  id: string;
  tone: "info" | "warn" | "bad";
  title: string;
  body: string;
  action?: { label: string; run: () => void; busy?: boolean };
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
  const services = [["Kommo", state.kommo] as const, ["Oneflow", state.oneflow] as const];
  const isOffline = services.some(([, { trouble }]) => trouble === "offline");
  if (isOffline) found.push(offline(state, now));
  // A line that is cut in the middle of a call looks like a fault of the service.
  const silent = (trouble: ErrorCode) =>
    trouble === "offline" || (isOffline && trouble === "service_trouble");
  for (const [service, { trouble, until }] of services)
    if (trouble !== null && !silent(trouble)) found.push(serviceTrouble(service, trouble, until));
  if (state.unreadable > 0) found.push(unreadable(state.unreadable));
  if (state.tokenEnds !== null) found.push(tokenEnds(state.tokenEnds, now));
  return found;
}

function keychainTrouble(keychain: KeychainTrouble): Trouble {
  const { code, title, body, again } = keychainWords(keychain);
  const run = () => void tryKeychainAgain();
  return { id: code, title, body, tone: "warn", action: { label: again, run, busy: isTryingKeychain() } };
}

function offline(state: AppState, now: number): Trouble {
  const at = state.asOf === null ? undefined : new Date(state.asOf);
  const time = at && (at.toDateString() === new Date(now).toDateString() ? formatTime(at) : formatMoment(at));
  const body = time === undefined ? t("frame.offlineNothing") : t("frame.offline", { time });
  return { id: "offline", tone: "info", title: t("error.offline.title"), body };
}

function serviceTrouble(service: "Kommo" | "Oneflow", code: ErrorCode, until: string | null): Trouble {
  const { title, body } = codeWords(code, { service });
  const said = { id: `${service}-${code}`, title, body };
  if (tokenTroubles.has(code)) {
    const run = () => goTo("settings", service === "Kommo" ? "kommo" : "oneflow");
    return { ...said, tone: "bad", action: { label: t("frame.newToken"), run } };
  }
  const goesOn = until === null ? "" : ` ${t("frame.goesOn", { time: formatTime(new Date(until)) })}`;
  return { ...said, body: body + goesOn, tone: "warn" };
}

function unreadable(count: number): Trouble {
  return {
    id: "unreadable",
    tone: "warn",
    title: t("frame.unreadable", { count }),
    body: t("frame.unreadableBody"),
  };
}

function tokenEnds(at: string, now: number): Trouble {
  const days = Math.max(0, daysBetween(new Date(now), new Date(at)));
  return {
    id: "token",
    tone: days <= 7 ? "warn" : "info",
    title: t("frame.tokenEnds", { days }),
    body: t("frame.tokenEndsBody"),
    action: { label: t("frame.newToken"), run: () => goTo("settings", "kommo") },
  };
}
