import type { Worker } from "node:worker_threads";

/**
 * Says how busy a thread was since that was asked last: the share of the time, 0 to 1.
 *
 * @param of undefined: this thread
 */
export function busyShare(of: Worker["performance"] = performance): () => number {
  let before = of.eventLoopUtilization();
  return () => {
    const now = of.eventLoopUtilization();
    const { utilization } = of.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
