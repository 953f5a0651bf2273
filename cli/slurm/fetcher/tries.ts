import { backOff } from "../../../bucket/flow/back-off.ts";
import { isTransient } from "../../../bucket/s3/retry.ts";
import { CloudSubmitError } from "../../../protocol/error.ts";

/** Between two tries. */
const PAUSE = { firstMs: 1_000, maxMs: 300_000, factor: 2 };
/** Tries of what this machine refuses, as a full disk does: for some four minutes. */
const LOCAL_TRIES_MAX = 8;
/** Milliseconds for what the network or the bucket refuses. */
const DAY_MS = 24 * 3_600_000;

/** Errors that the same try would meet again. */
const FINAL: ReadonlySet<string> = new Set(["no-such-job", "usage", "config", "bad-option"]);

/** Jobs for which something was tried and failed, and when to try again. */
export class Tries {
  readonly #failed = new Map<string, { count: number; since: number; next: number }>();

  /** Whether it is time to try. */
  isDue(job: string, now: number): boolean {
    return now >= (this.#failed.get(job)?.next ?? 0);
  }

  /** Notes a failure. @returns whether it is to be tried again */
  goesOn(job: string, error: unknown, now: number): boolean {
    const before = this.#failed.get(job) ?? { count: 0, since: now, next: 0 };
    const count = before.count + 1;
    this.#failed.set(job, { ...before, count, next: now + backOff(PAUSE, before.count) });
    if (error instanceof CloudSubmitError && FINAL.has(error.code)) return false;
    if (isLocal(error)) return count < LOCAL_TRIES_MAX;
    return now - before.since < DAY_MS;
  }

  done(job: string): void {
    this.#failed.delete(job);
  }

  /** When the next try is due, milliseconds since 1970; undefined: nothing failed. */
  get next(): number | undefined {
    const times = [...this.#failed.values()].map(({ next }) => next);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** Error of the system about a file here. */
function isLocal(error: unknown): boolean {
  if (isTransient(error) || !(error instanceof Error)) return false;
  const { syscall, path } = error as NodeJS.ErrnoException;
  const { cause } = error;
  if (syscall !== undefined) return path !== undefined || syscall === "write";
  return cause instanceof Error && isLocal(cause);
}
