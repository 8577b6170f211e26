/** The one most likely thing to do about an error (ui.md §6). */
import type { ErrorCode, IpcError } from "../bindings";
import { beginSetup } from "./firstRun.svelte";
import { t } from "./messages.svelte";
import { goTo } from "./route.svelte";

type Action =
  "new_token" | "try_again" | "choose_template" | "unlock" | "show_contract" | "connect" | "show_needs";

/** Total, so that a new code is decided on: nothing where only a person outside the app can mend it. */
const actions: Record<ErrorCode, Action | undefined> = {
  offline: "try_again",
  address_unknown: "try_again",
  address_invalid: undefined,
  tls_inspected: "try_again",
  clock_wrong: "try_again",
  timed_out: "try_again",
  service_trouble: "try_again",
  answer_unreadable: "try_again",
  rate_limited: "try_again",
  kommo_unauthorized: "new_token",
  kommo_token_expired: "new_token",
  kommo_token_malformed: undefined,
  kommo_plan: "try_again",
  kommo_forbidden: "new_token",
  kommo_blocked: undefined,
  kommo_other_account: undefined,
  oneflow_unauthorized: "new_token",
  oneflow_token_malformed: undefined,
  oneflow_user_unknown: undefined,
  oneflow_plan: "try_again",
  oneflow_forbidden: "try_again",
  oneflow_other_account: undefined,
  template_inactive: "choose_template",
  template_gone: "choose_template",
  recipient_invalid: undefined,
  already_sent: "show_contract",
  already_sending: undefined,
  preview_changed: undefined,
  preview_blocked: undefined,
  too_late_to_undo: undefined,
  decision_closed: undefined,
  deal_gone: undefined,
  contract_gone: undefined,
  pdf_not_ready: "try_again",
  keychain_locked: "unlock",
  keychain_absent: "try_again",
  keychain_refused: "try_again",
  disk_full: "try_again",
  database_newer: undefined,
  database_damaged: "show_needs",
  already_running: undefined,
  file_trouble: "try_again",
  not_a_setup_file: undefined,
  not_connected: "connect",
  needs_administrator: undefined,
  bad_request: undefined,
  internal: "try_again",
};

export interface Recovery {
  label: string;
  run: () => void;
}

/** Nothing if there is nothing to offer; `retry` does again what failed. */
export function recovery({ code, params }: IpcError, retry?: () => void): Recovery | undefined {
  const action = actions[code];
  const run = action && runOf(action, code, params["contract"], retry);
  return action && run ? { label: t(`error.action.${action}`), run } : undefined;
}

function runOf(
  action: Action,
  code: ErrorCode,
  contract: string | undefined,
  retry: (() => void) | undefined,
): (() => void) | undefined {
  switch (action) {
    case "try_again":
    case "unlock":
      return retry;
    case "new_token":
      return () => goTo("settings", code.startsWith("oneflow") ? "oneflow" : "kommo");
    case "choose_template":
      return () => goTo("settings", "template");
    case "show_contract":
      return contract ? () => goTo("contracts", contract) : undefined;
    case "connect":
      return beginSetup;
    case "show_needs":
      return () => goTo("needs-you");
  }
}
