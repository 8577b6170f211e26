/**
 * What an error says. Every code of the engine has words in every language: the keys below are typed by `ErrorCode`,
 * so that a code without words does not compile.
 */
import type { ErrorCode } from "../bindings";
import { asIpcError } from "./engine";
import { formatDay } from "./format";
import { t } from "./messages.svelte";
import { recovery, type Recovery } from "./recovery";

const NONE = "none";

export interface ErrorWords {
  title: string;
  body: string;
  code: ErrorCode;
}

export function errorWords(thrown: unknown): ErrorWords {
  const { code, params, incident } = asIpcError(thrown);
  const slots = { ...slotsOf(code), ...told(params) };
  return {
    code,
    title: t(`error.${code}.title`, slots),
    body: [t(`error.${code}.body`, slots), ...said(incident)].join(" "),
  };
}

/** What is said of a trouble that no command answered with. */
export function codeWords(code: ErrorCode, params: Record<string, string> = {}): ErrorWords {
  return errorWords({ code, params, retryAfterMs: null, incident: null });
}

/** For support: what nobody foresaw is found again in the log by this name. */
function said(incident: string | null | undefined): string[] {
  return incident ? [t("frame.incident", { incident })] : [];
}

export interface ErrorNotice {
  tone: "bad";
  urgent: true;
  title: string;
  body: string;
  action: Recovery | undefined;
}

/** The properties of a `Notice` that tells of an error and offers the one most likely action. */
export function errorNotice(thrown: unknown, retry?: () => void): ErrorNotice {
  const { title, body } = errorWords(thrown);
  return { tone: "bad", urgent: true, title, body, action: recovery(asIpcError(thrown), retry) };
}

/** What stands in a slot that the engine left open: the texts choose by `none` what they say then. */
function slotsOf(code: ErrorCode): Record<string, string> {
  const service = code.startsWith("oneflow") ? "Oneflow" : "Kommo";
  return {
    service,
    address: NONE,
    email: NONE,
    template: NONE,
    field: NONE,
    day: NONE,
    minutes: NONE,
    state: NONE,
  };
}

/** Slots as people read them. */
function told(params: Record<string, string>): Record<string, string> {
  const filled = Object.entries(params).filter(([, text]) => text !== "");
  // A day without a time is a day here, whatever the time zone.
  return Object.fromEntries(
    filled.map(([slot, text]) => [slot, slot === "day" ? formatDay(new Date(`${text}T00:00`)) : text]),
  );
}
