/**
 * The seam between the interface and whatever runs the engine: one command, one event (design.md §6).
 *
 * Nothing but a `Platform` knows how they travel. `tauri.ts` is the app's window, `http.ts` the headless host in a
 * plain browser, `fake.ts` (tests and look-work only) answers from memory.
 */
export interface Platform {
  /** Resolves to the answer of the command, or rejects with what the engine answered instead of one. */
  rpc(command: string, payload: unknown): Promise<unknown>;
  /** Calls back for every event from now on; the returned function ends that. */
  listen(onEvent: (event: unknown) => void): () => void;
}
