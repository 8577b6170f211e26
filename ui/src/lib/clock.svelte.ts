/** What time it is, as a rune, at the pace that what is shown needs; no timer runs while nothing shows it. */
import { createSubscriber } from "svelte/reactivity";

function ticking(every: number): () => number {
  const subscribe = createSubscriber((update) => {
    const timer = setInterval(update, every);
    return () => clearInterval(timer);
  });
  return () => {
    subscribe();
    return Date.now();
  };
}

/** For "2 minutes ago". */
export const nowByMinute = ticking(30_000);

/** For "Leaving in 8 s". */
export const nowBySecond = ticking(250);
