/** The three small steps of a send, ticking (ui.md §4). */
import type { SendStateCode } from "../../bindings";

export const steps = ["create", "check", "publish"] as const;
export type Step = (typeof steps)[number];
export type StepLook = "open" | "running" | "unsure" | "done";

const running: Partial<Record<SendStateCode, number>> = {
  creating: 0,
  create_unknown: 0,
  created: 1,
  completing: 1,
  publishing: 2,
  publish_unknown: 2,
  published: 3,
};

export function stepLook(state: SendStateCode, step: Step): StepLook {
  const at = running[state] ?? -1;
  const place = steps.indexOf(step);
  if (place < at) return "done";
  if (place > at) return "open";
  return state.endsWith("_unknown") ? "unsure" : "running";
}
