import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import type { Worker } from "node:worker_threads";
import { knowsHeapSettings } from "./heap-growth.ts";

/** Bytes of the young generation, both its halves, from which on it grows no more. */
export const YOUNG_BYTES = 16 << 20;

/** Milliseconds between looks while a thread begins. */
const THREAD_MS = 1;

/** V8's young generation: how large it is, and when that is to be looked at. */
export interface Young {
  /** @returns ends it */
  onChance: (look: () => void) => () => void;
  bytes: () => number;
}

const OWN_YOUNG: Young = {
  onChance: (look) => {
    const observer = new PerformanceObserver(look);
    observer.observe({ entryTypes: ["gc"] });
    // A thread sets back what was set, for all: early, when its own heap is made.
    const onThread = (thread: Worker) => {
      const timer = setInterval(look, THREAD_MS);
      const end = () => clearInterval(timer);
      thread.once("online", end).once("exit", end);
    };
    process.on("worker", onThread);
    return () => {
      observer.disconnect();
      process.off("worker", onThread);
    };
  },
  bytes: () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0,
};

/**
 * Bounds V8's young generation, which is twice as large by itself in Node.js 20, and eight times in 24. Its largest size can be
 * set before the process begins only; but by how much it grows is looked at each time.
 *
 * @returns sets back what was set: to be called before compiled code is kept
 */
export function boundYoung(
  v8Version: string,
  setFlag: (flag: string) => void,
  young: Young = OWN_YOUNG,
): () => void {
  if (!knowsHeapSettings(v8Version)) return () => undefined;
  const end = young.onChance(() => {
    if (young.bytes() >= YOUNG_BYTES) setFlag("--semi-space-growth-factor=1");
  });
  return () => {
    end();
    // Its own.
    setFlag("--semi-space-growth-factor=2");
  };
}
