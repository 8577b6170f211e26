/** Which box an error speaks of, so that it is said beside it. */
import type { ErrorCode, IpcError } from "../../bindings";
import { errorWords } from "../../lib/errors";
import { t } from "../../lib/messages.svelte";

type Box = "address" | "token" | "email";

const boxes: Partial<Record<ErrorCode, Box>> = {
  address_unknown: "address",
  address_invalid: "address",
  kommo_unauthorized: "token",
  kommo_token_expired: "token",
  kommo_token_malformed: "token",
  kommo_forbidden: "token",
  kommo_other_account: "token",
  oneflow_unauthorized: "token",
  oneflow_token_malformed: "token",
  oneflow_other_account: "token",
  oneflow_user_unknown: "email",
  recipient_invalid: "email",
};

export function boxOf(error: IpcError | undefined): Box | undefined {
  return error && boxes[error.code];
}

/** The whole error for the box it speaks of; nothing for any other. */
export function faultOf(error: IpcError | undefined, box: Box): string | undefined {
  if (!error || boxOf(error) !== box) return undefined;
  const { title, body } = errorWords(error);
  return t("setup.fault", { title, body });
}
