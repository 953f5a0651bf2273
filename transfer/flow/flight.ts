import type { ObjectStore } from "../../bucket/object-store.ts";
import type { Steps } from "./decide-then-do.ts";
import type { Plan } from "./progress.ts";

/** Bytes that are one share: what a small file costs is its request. */
const SHARE_BYTES = 256 * 1024;

/** A large file takes so many shares at most: the store sends it in parts, several at a time. */
const SHARES_MAX = 32;

/**
 * The shares of a file in what is in flight (`Limits.flight`, 256): 256 small ones, or 8 large ones, or a mixture; 64 MiB
 * of small ones at most.
 */
export function flightShares(bytes: number): number {
  return Math.min(Math.max(1, Math.ceil(bytes / SHARE_BYTES)), SHARES_MAX);
}

/** Of jobs that each carry a file of so many bytes to a store, or from it. */
export function carrying<Job>(
  store: Pick<ObjectStore, "expect" | "giveUp" | "smallAtOnce">,
  bytesOf: (job: Job) => number,
  plan: Pick<Plan, "complete">,
): Steps<Job> {
  return {
    cost: (job) => flightShares(bytesOf(job)),
    smallMost: () => store.smallAtOnce?.() ?? Number.POSITIVE_INFINITY,
    onDecided: () => plan.complete(),
    onFailure: () => store.giveUp?.(),
    onWaiting: (job, count) => store.expect?.(count, count * bytesOf(job)),
  };
}
