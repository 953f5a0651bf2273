import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { AFTER_METADATA } from "../../protocol/after.ts";
import type { JobRecord, SlurmVerdict } from "../../protocol/record.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import { CommandError } from "../errors/command-error.ts";
import { AskAgain, type AskedAgain } from "./ask-again.ts";
import { jobStatus } from "./job-status.ts";
import type { Patience } from "./patience.ts";
import { recordOf } from "./read-job.ts";

/** Current status of a job that has not ended. */
export interface Look {
  state: State | undefined;
  /** Slurm's last verdict, as far as the record tells. */
  slurm: SlurmVerdict | undefined;
  /** Other jobs that have to end first; undefined: none, as far as is known. */
  waitsFor: WaitsFor;
}

type WaitsFor = JobRecord["waitsFor"];

export interface WaitOptions {
  /** The submission that is meant; undefined: whichever the prefix has. */
  submission?: string | undefined;
  /** Milliseconds; undefined: as long as it takes. */
  timeoutMs?: number | undefined;
  /** Ends the waiting, with the signal's reason as the error. */
  signal?: AbortSignal | undefined;
  /** Waits out the times in which S3 cannot be reached. */
  patience: Patience;
  /** Called with each state as it is first seen. */
  onState?: (state: State) => void;
  /** Called when the job is seen to wait for other jobs, and when these have become fewer. */
  onWaitsFor?: (waitsFor: NonNullable<WaitsFor>) => void;
  /** Called after each look; costs a request more now and then, for what Slurm says. */
  onLook?: ((look: Look) => void) | undefined;
  /** Called when a request that has had no answer was asked for once more, or could not be. */
  onAsked?: ((asked: AskedAgain) => void) | undefined;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

const POLL: BackOff = { firstMs: 500, maxMs: 15_000, factor: 1.25 };

/** The longest time that Node.js has a timer for; more is measured by the looks alone. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Least time between reads of what a job waits for, which may take days: milliseconds. */
const OTHERS_EVERY_MS = 60_000;

/** Least time between reads of Slurm's verdict on a job: it is written every minute. */
const SLURM_EVERY_MS = 10_000;

/**
 * Polls the status object, less and less often, until the job has ended: one request for each look. Times in which S3
 * cannot be reached are waited out. A request without an answer is asked for once more after 2 and 10 minutes and an hour.
 *
 * @returns the final record
 * @throws CloudSubmitError `no-such-job`, `timeout`, or `active-job` when the submission was refused
 * because an earlier one of the same prefix was still active; and what S3 refuses, as for want of credentials
 */
export async function waitForEnd(
  store: ObjectStore,
  prefix: string,
  options: WaitOptions,
): Promise<JobRecord> {
  const { timeoutMs = Number.POSITIVE_INFINITY, patience, signal, now } = options;
  const began = now();
  const waiting = new Waiting(store, prefix, options);
  const tooLong = () => stillWaiting(prefix, waiting.state, timeoutMs, patience.words);
  const late = new AbortController();
  const stop = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  const timer =
    timeoutMs <= TIMER_MAX_MS ? setTimeout(() => late.abort(tooLong()), timeoutMs) : undefined;
  timer?.unref();
  /** Since the state changed. */
  let looks = 0;
  try {
    for (;;) {
      const found = await unlessStopped(
        patience.look(() => waiting.look(stop)),
        stop,
      );
      if (found?.seen.record) return found.seen.record;
      const left = timeoutMs - (now() - began);
      if (left <= 0) throw tooLong();
      if (found?.seen.isNew) looks = 0;
      const pause = found ? backOff(POLL, looks++) : patience.pauseMs;
      await unlessStopped(options.sleep(Math.min(pause, left)), stop);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for something, unless the signal comes before: in an outage a look alone may take minutes. */
function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Looks at a job, and keeps how far it is. */
class Waiting {
  state: State | undefined;
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #options: WaitOptions;
  readonly #again: AskAgain;
  #slurm: SlurmVerdict | undefined;
  #waitsFor: WaitsFor;
  /** The agent has the request in hand, as its record tells. */
  #isInHand = false;
  #recordAt = Number.NEGATIVE_INFINITY;
  /** The record of our own submission was seen, so that it was not refused. */
  #isOurs: boolean;

  constructor(store: ObjectStore, prefix: string, options: WaitOptions) {
    this.#store = store;
    this.#prefix = prefix;
    this.#options = options;
    this.#isOurs = options.submission === undefined;
    this.#again = new AskAgain(store, prefix, options.now);
  }

  /**
   * Looks once. Where it fails, the next look does the same.
   *
   * @param stop from then on nothing is written
   */
  async look(stop: AbortSignal): Promise<{ record?: JobRecord; isNew: boolean }> {
    const { submission, onState, onLook, onAsked, now } = this.#options;
    const prefix = this.#prefix;
    const status = await jobStatus(this.#store, prefix);
    const { state } = status;
    const isNew = state !== undefined && state !== this.state;
    if (isNew) {
      this.state = state;
      onState?.(state);
    }
    if (state !== undefined && FINAL_STATES.has(state)) {
      const record = await recordOf(this.#store, prefix, status);
      return { record: finalRecord(record, prefix, state, submission), isNew };
    }
    const wanted = onLook !== undefined && now() - this.#recordAt >= SLURM_EVERY_MS;
    if (state === "JOB_SUBMIT" && (!this.#isOurs || wanted)) {
      this.#recordAt = now();
      const record = await recordOf(this.#store, prefix, status);
      if (!this.#isOurs && record?.submission !== submission)
        throw refused(prefix, record, submission);
      this.#isOurs = true;
      this.#slurm = record?.slurm;
    }
    if (state === "FILE_UPLOAD" && status.metadata[AFTER_METADATA] !== undefined)
      await this.#lookAtOthers(status);
    else [this.#waitsFor, this.#isInHand] = [undefined, false];
    onLook?.({ state, slurm: this.#slurm, waitsFor: this.#waitsFor });
    if (stop.aborted || this.#isInHand || this.#isAnothers(status)) return { isNew };
    const asked = await this.#again.ask(status);
    if (asked && !stop.aborted) onAsked?.(asked);
    return { isNew };
  }

  /** Reads which other jobs have to end first: one request, now and then. */
  async #lookAtOthers(status: StatusObject): Promise<void> {
    const { onWaitsFor, now } = this.#options;
    if (this.#isInHand && now() - this.#recordAt < OTHERS_EVERY_MS) return;
    this.#recordAt = now();
    const record = await recordOf(this.#store, this.#prefix, status);
    const before = this.#waitsFor?.length;
    this.#isInHand = record !== undefined && record.outcome === undefined;
    this.#waitsFor = record?.waitsFor;
    if (this.#waitsFor && this.#waitsFor.length !== before) onWaitsFor?.(this.#waitsFor);
  }

  /** A FILE_UPLOAD that came after the submission that is waited for. */
  #isAnothers({ state, submission }: StatusObject): boolean {
    return state === "FILE_UPLOAD" && submission !== (this.#options.submission ?? submission);
  }
}

/** The cloud side writes the record before the final state. */
function finalRecord(
  record: JobRecord | undefined,
  prefix: string,
  state: State,
  submission: string | undefined,
): JobRecord {
  if (submission !== undefined && record?.submission !== submission)
    throw refused(prefix, record, submission);
  if (!record)
    throw new CommandError("transfer", (say) => say("problem.noRecord", { prefix, state }));
  return record;
}

/** The error for a submission that another one's record stands in place of. */
function refused(
  prefix: string,
  record: JobRecord | undefined,
  submission: string | undefined,
): CommandError {
  const why = record?.refused?.find((one) => one.submission === submission);
  const isReplaced = why?.code === "request-replaced";
  return new CommandError("active-job", (say) =>
    say(isReplaced ? "problem.replaced" : "problem.refused", { prefix }),
  );
}

function stillWaiting(
  prefix: string,
  state: State | undefined,
  timeoutMs: number,
  outage: string | undefined,
): CommandError {
  const seconds = Math.round(timeoutMs / 1000);
  return new CommandError("timeout", (say) => {
    const shown = state ?? say("problem.withoutState");
    const still = say("problem.stillWaiting", { prefix, state: shown, seconds });
    return outage === undefined ? still : `${still}; ${outage}`;
  });
}
