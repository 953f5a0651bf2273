import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import type { Worker } from "node:worker_threads";

/** Those of Node.js 20, 22 and 24 know the settings; of an unknown one the user would be told. */
const KNOWN_V8 = /^1[1-3]\./;

const BOUND = ["--semi-space-growth-factor=1", "--heap-growing-percent=50"];
/** V8's own. */
const UNBOUND = ["--semi-space-growth-factor=2", "--heap-growing-percent=0"];

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
 * Bounds V8's heap in a process that works for longer: once its young generation has come to a size, that grows no more, and
 * all of the heap is collected when it has grown by half since it last was. By itself V8 lets the one become twice as large in
 * Node.js 20, and eight times in 24, and the other four times, and most of that is garbage. The young generation's largest size
 * can be set before a process begins only; but by how much it grows is looked at each time.
 *
 * @returns sets back what was set: to be called before compiled code is kept, which V8 takes with the same settings only
 */
export function boundHeap(
  v8Version: string,
  setFlag: (flag: string) => void,
  young: Young = OWN_YOUNG,
): () => void {
  if (!KNOWN_V8.test(v8Version)) return () => undefined;
  const end = young.onChance(() => {
    if (young.bytes() >= YOUNG_BYTES) for (const flag of BOUND) setFlag(flag);
  });
  return () => {
    end();
    for (const flag of UNBOUND) setFlag(flag);
  };
}
