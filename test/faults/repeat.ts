import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does something again and again, with a pause after each time.
 * @returns what stops it and returns when the last time is over
 */
export function repeat(
  pauseMs: number,
  work: (round: number) => Promise<unknown>,
): () => Promise<void> {
  const stopping = new AbortController();
  const done = (async () => {
    for (let round = 0; !stopping.signal.aborted; round++) {
      await work(round);
      // Between two rounds: a period without a wait for its end.
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await done;
  };
}
