/** Talking to the engine: typed commands, typed events, typed errors. */
import type { Commands, IpcError, UiEvent } from "../bindings";
import type { Platform } from "../platform/platform";

type Request<C extends keyof Commands> = Commands[C][0];
type Answer<C extends keyof Commands> = Commands[C][1];

/** What the engine answered instead of an answer. */
export class CallError extends Error {
  constructor(readonly answer: IpcError) {
    super(answer.code);
  }
}

let platform: Platform | undefined;
const listeners = new Set<(event: UiEvent) => void>();

/** Called once, before anything else of the interface runs. */
export function connect(to: Platform): void {
  platform = to;
  to.listen((event) => {
    for (const listener of [...listeners]) listener(event as UiEvent);
  });
}

export async function call<C extends keyof Commands>(command: C, request: Request<C>): Promise<Answer<C>> {
  if (!platform) throw new Error("BUG: connect() comes first");
  try {
    return (await platform.rpc(command, request)) as Answer<C>;
  } catch (thrown) {
    throw new CallError(asIpcError(thrown));
  }
}

/** Calls back for every event; the returned function ends that. */
export function onEngineEvent(listener: (event: UiEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whatever was thrown, as something that has words. */
export function asIpcError(thrown: unknown): IpcError {
  if (thrown instanceof CallError) return thrown.answer;
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) return thrown as IpcError;
  return { code: "internal", params: {}, retryAfterMs: null, incident: null };
}
