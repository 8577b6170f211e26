import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Platform } from "./platform";

/** Commands wait until events are heard: what an answer sets in motion must not be missed. */
let listening: Promise<unknown> = Promise.resolve();

/** The app's own window. The only file that imports `@tauri-apps/*`. */
export const tauri: Platform = {
  async rpc(command, payload) {
    await listening;
    return invoke("rpc", { cmd: command, payload });
  },

  listen(onEvent) {
    const stop = listen("ui-event", (event) => onEvent(event.payload));
    listening = stop;
    return () => void stop.then((end) => end());
  },
};
