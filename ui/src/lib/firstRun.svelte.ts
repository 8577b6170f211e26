/** Which of the two screens is shown while no accounts are connected. */
type FirstRun = "welcome" | "setup";

let current = $state<FirstRun>("welcome");

export function firstRun(): FirstRun {
  return current;
}

export function beginSetup(): void {
  current = "setup";
}

export function leaveSetup(): void {
  current = "welcome";
}
