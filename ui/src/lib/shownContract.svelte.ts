/** The contract whose detail is on screen, whichever view shows it: what the sample-data bar acts on. */

let shown = $state<string | undefined>();

export function shownContract(): string | undefined {
  return shown;
}

/** For as long as the calling component shows one. */
export function showsContract(id: () => string | undefined): void {
  $effect(() => {
    shown = id();
    return () => (shown = undefined);
  });
}
