/**
 * Which profile is open. What is remembered between views is of that profile only: whoever remembers something for as
 * long as the window lives says here how it is forgotten.
 */
import type { ProfileDto } from "../bindings";

const forgetting: (() => void)[] = [];
let current: string | undefined;

export function onProfileChange(forget: () => void): void {
  forgetting.push(forget);
}

/**
 * The first one that is told of follows none: the address of a reloaded window still holds. A connected one may be closed
 * for a moment, when what was locked is opened again; it is the next that says whether it is another.
 */
export function openProfile(profile: ProfileDto): void {
  if (profile.kind === "none" && current !== "sample") return;
  const before = current;
  current = nameOf(profile);
  if (before !== undefined && before !== current) for (const forget of forgetting) forget();
}

/** What accounts call themselves and who "me" is can be changed, and the profile is the same. */
function nameOf(profile: ProfileDto): string {
  return profile.kind === "connected" ? profile.address : profile.kind;
}
