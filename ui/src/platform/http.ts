import type { Platform } from "./platform";

/** Where the page address carries the key of the headless host: `http://127.0.0.1:PORT/?key=…`. */
const KEY = "key";

/**
 * The headless host, in a plain browser: `POST /rpc` with `{cmd, payload}`, events as server-sent events from
 * `GET /events`. The host prints an address with a key in it; without the key it answers 401.
 */
export function headless(address: Location): Platform {
  const key = new URLSearchParams(address.search).get(KEY) ?? "";
  const at = (path: string) => `${address.origin}${path}?${KEY}=${encodeURIComponent(key)}`;

  return {
    async rpc(command, payload) {
      const answer = await fetch(at("/rpc"), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ cmd: command, payload }),
      });
      const body: unknown = await answer.json();
      if (!answer.ok) throw body;
      return body;
    },

    listen(onEvent) {
      const source = new EventSource(at("/events"));
      source.onmessage = (message: MessageEvent<string>) => onEvent(JSON.parse(message.data));
      return () => source.close();
    },
  };
}
