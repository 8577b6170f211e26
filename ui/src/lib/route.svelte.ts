/** Where the person is, as the part of the page address after `#`: `#/deals/1041`, `#/contracts`, `#/settings/kommo`. */
import { onProfileChange } from "./profile";

export const places = ["deals", "contracts", "activity", "needs-you", "settings"] as const;
export type Place = (typeof places)[number];

export interface Route {
  place: Place;
  /** What is open there: the id of a deal or contract, or the part of the settings. */
  item: string | undefined;
  /** The contract that a new version of the open deal would replace: `#/deals/1041/8812`. */
  replaces: string | undefined;
}

export function parseRoute(hash: string): Route {
  const [place, item, replaces] = hash.replace(/^#\/?/, "").split("/").map(decode);
  const known = places.find((one) => one === place);
  if (!known) return { place: "deals", item: undefined, replaces: undefined };
  return { place: known, item: item || undefined, replaces: replaces || undefined };
}

/** A broken escape in a typed address is no reason to show nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function routeAddress(place: Place, item?: string, replaces?: string): string {
  return ["#", place, ...[item, replaces].filter((part) => part !== undefined).map(encodeURIComponent)].join(
    "/",
  );
}

let current = $state.raw<Route>(parseRoute(typeof location === "undefined" ? "" : location.hash));

// The deal or contract that an address names is one of this profile.
onProfileChange(() => goTo("deals"));

export function route(): Route {
  return current;
}

export function goTo(place: Place, item?: string, replaces?: string): void {
  current = { place, item, replaces };
  // Kept in the address so that reload and the links of the sidebar agree with it.
  location.hash = routeAddress(place, item, replaces);
}

/** Follows the address; returns the function that stops it. */
export function followAddress(): () => void {
  const read = () => (current = parseRoute(location.hash));
  read();
  addEventListener("hashchange", read);
  return () => removeEventListener("hashchange", read);
}
