/** Opening something outside the app; what goes wrong is said where it does not get in the way. */
import type { Link } from "../bindings";
import { call } from "./engine";
import { errorWords } from "./errors";
import { toast } from "./toasts.svelte";

function open(link: Link): void {
  call("open_link", link).catch((thrown: unknown) => toast(errorWords(thrown).title));
}

export const openContract = (contract: string): void => open({ kind: "contract", contract });

export const openDeal = (deal: string): void => open({ kind: "deal", deal });
