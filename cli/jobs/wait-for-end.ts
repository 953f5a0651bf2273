import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { JobRecord, SlurmVerdict } from "../../protocol/record.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import { CommandError } from "../errors/command-error.ts";
import { jobStatus } from "./job-status.ts";
import { recordOf } from "./read-job.ts";

/** Current status of a job that has not ended. */
export interface Look {
  state: State | undefined;
  /** Slurm's last verdict, as far as the record tells. */
  slurm: SlurmVerdict | undefined;
}

export interface WaitOptions {
  /** The submission that is meant; undefined: whichever the prefix has. */
  submission?: string | undefined;
  /** Milliseconds; undefined: as long as it takes. */
  timeoutMs?: number | undefined;
  /** Ends the waiting, with the signal's reason as the error. */
  signal?: AbortSignal | undefined;
  /** Called with each state as it is first seen. */
  onState?: (state: State) => void;
  /** Called after each look; costs a request more now and then, for what Slurm says. */
  onLook?: ((look: Look) => void) | undefined;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

const POLL: BackOff = { firstMs: 500, maxMs: 15_000, factor: 1.25 };

/** Least time between reads of Slurm's verdict on a job: it is written every minute. */
const SLURM_EVERY_MS = 10_000;

/**
 * Polls the status object, less and less often, until the job has ended: one request for each look.
 *
 * @returns the final record
 * @throws CloudSubmitError `no-such-job`, `timeout`, or `active-job` when the submission was refused
 * because an earlier one of the same prefix was still active
 */
export async function waitForEnd(
  store: ObjectStore,
  prefix: string,
  options: WaitOptions,
): Promise<JobRecord> {
  const began = options.now();
  /** Since the state changed. */
  let looks = 0;
  let seen: State | undefined;
  let slurm: SlurmVerdict | undefined;
  let recordAt = Number.NEGATIVE_INFINITY;
  /** The record of our own submission was seen, so that it was not refused. */
  let isOurs = options.submission === undefined;
  for (;;) {
    options.signal?.throwIfAborted();
    const status = await jobStatus(store, prefix);
    const { state } = status;
    if (state !== undefined && state !== seen) {
      seen = state;
      looks = 0;
      options.onState?.(state);
    }
    if (state !== undefined && FINAL_STATES.has(state))
      return finalRecord(await recordOf(store, prefix, status), prefix, state, options.submission);
    const wanted = options.onLook !== undefined && options.now() - recordAt >= SLURM_EVERY_MS;
    if (state === "JOB_SUBMIT" && (!isOurs || wanted)) {
      recordAt = options.now();
      const record = await recordOf(store, prefix, status);
      if (!isOurs && record?.submission !== options.submission) throw refused(prefix);
      isOurs = true;
      slurm = record?.slurm;
    }
    options.onLook?.({ state, slurm });
    const left = (options.timeoutMs ?? Number.POSITIVE_INFINITY) - (options.now() - began);
    if (left <= 0)
      throw new CommandError("timeout", (say) =>
        say("problem.stillWaiting", {
          prefix,
          state: state ?? say("problem.withoutState"),
          seconds: Math.round((options.timeoutMs ?? 0) / 1000),
        }),
      );
    await options.sleep(Math.min(backOff(POLL, looks++), left));
  }
}

/** The cloud side writes the record before the final state. */
function finalRecord(
  record: JobRecord | undefined,
  prefix: string,
  state: State,
  submission: string | undefined,
): JobRecord {
  if (submission !== undefined && record?.submission !== submission) throw refused(prefix);
  if (!record)
    throw new CommandError("transfer", (say) => say("problem.noRecord", { prefix, state }));
  return record;
}

function refused(prefix: string): CommandError {
  return new CommandError("active-job", (say) => say("problem.refused", { prefix }));
}
