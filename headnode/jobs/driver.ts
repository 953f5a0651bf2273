import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { CloudSubmitError, type ErrorCode, messageOf } from "../../protocol/error.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import { type JobEntry, type Phase, REPEATED, WRITTEN_BY_STEP } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import { submitterName } from "../queue/fair-order.ts";
import { announce } from "../steps/announce.ts";
import { awaitEnd } from "../steps/await-end.ts";
import { awaitOthers } from "../steps/await-others.ts";
import { heldFirst } from "../steps/begin-open.ts";
import { Extent, TakesLong } from "../steps/extent.ts";
import { writeFinalRecord, writeFinalState } from "../steps/finish.ts";
import { NotYet } from "../steps/not-yet.ts";
import type { Step, StepPorts, StepResult } from "../steps/ports.ts";
import { respectEnd } from "../steps/respect-end.ts";
import { stageIn } from "../steps/stage-in.ts";
import { stageOut } from "../steps/stage-out.ts";
import { STAGE_IN_MS } from "../steps/staging-errors.ts";
import { submitSteps } from "../steps/submit.ts";
import { unlessGivenUp } from "../steps/unless-given-up.ts";
import { FairSlots } from "./fair-slots.ts";

/** Errors after which a job will never run, and what its outcome is called. */
const FATAL: Partial<Record<ErrorCode, Outcome>> = {
  "no-script": "rejected",
  "bad-option": "rejected",
  "stage-in-failed": "rejected",
  "inputs-changed": "rejected",
  "dependency-failed": "rejected",
  cancelled: "cancelled",
  unreachable: "unreachable",
  lost: "lost",
};

/**
 * Folders that are carried at a time, in and out: results do not wait behind a burst of new jobs. So many small ones, and
 * as many large ones in places of their own: no small one waits for those.
 */
const TRANSFERS_AT_ONCE = 4;

/** Steps that wait for Slurm, which answers many together. Its commands are bounded in SlurmCommands. */
const SLURM_STEPS_AT_ONCE = 256;

/** Other steps at a time. */
const STEPS_AT_ONCE = 32;

const RETRY: BackOff = { firstMs: 500, maxMs: 60_000, jitter: 0.5 };

export interface DriverOptions {
  journal: Journal;
  ports: StepPorts;
  /** The store as one job uses it, which has its turns where limits are shared; undefined: all jobs have that of `ports`. */
  storeOf?: ((entry: JobEntry) => ObjectStore) | undefined;
  log: Log;
  /** Called after each change of an entry; must not throw. */
  onChange: (entry: JobEntry) => void;
}

/**
 * Takes every submission from step to step, each journaled before the next one begins, but for those of REPEATED and
 * WRITTEN_BY_STEP.
 */
export class Driver {
  readonly #options: DriverOptions;
  readonly #steps: Partial<Record<Phase, Step>>;
  readonly #slots: Partial<Record<Phase, FairSlots>> = {
    waiting: new FairSlots(STEPS_AT_ONCE),
    accepted: new FairSlots(TRANSFERS_AT_ONCE),
    submitting: new FairSlots(SLURM_STEPS_AT_ONCE),
    running: new FairSlots(SLURM_STEPS_AT_ONCE),
    ended: new FairSlots(TRANSFERS_AT_ONCE),
  };
  readonly #others = new FairSlots(STEPS_AT_ONCE);
  /** For transfers that take long. */
  readonly #large: Partial<Record<Phase, FairSlots>> = {
    accepted: new FairSlots(TRANSFERS_AT_ONCE),
    ended: new FairSlots(TRANSFERS_AT_ONCE),
  };
  /** The part of a job whose transfer has turned out to be large. */
  readonly #largePart = new WeakMap<JobEntry, string>();
  /** Entries being driven; true: something happened meanwhile, look again. */
  readonly #driven = new Map<JobEntry, boolean>();
  /** Ends the pause before a step is tried again: what has happened may be what it waits for, such as a cancel. */
  readonly #pauses = new Map<JobEntry, () => void>();
  #stopped = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    const { prepareSubmit, submit } = submitSteps();
    this.#steps = {
      waiting: awaitOthers,
      accepted: stageIn(),
      staged: prepareSubmit,
      submitting: unlessGivenUp(submit),
      submitted: announce,
      running: respectEnd(heldFirst(awaitEnd)),
      ended: stageOut(),
      returned: writeFinalRecord,
      failing: writeFinalRecord,
      recorded: writeFinalState,
    };
  }

  /** Drives an entry as far as it goes; returns at once. Called again, it looks again. */
  wake(entry: JobEntry): void {
    if (this.#driven.has(entry)) {
      this.#driven.set(entry, true);
      this.#pauses.get(entry)?.();
      return;
    }
    this.#driven.set(entry, false);
    void this.#drive(entry);
  }

  /** Begins no further step. */
  stop(): void {
    this.#stopped = true;
  }

  async #drive(entry: JobEntry): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      const step = this.#steps[entry.phase];
      this.#driven.set(entry, false);
      let more = false;
      try {
        more = step !== undefined && (await this.#advance(entry, step));
        failures = 0;
      } catch (error) {
        await this.#backOff(entry, error, failures++);
        continue;
      }
      // No await between this look and the removal: a wake in between would be lost.
      if (!more && !this.#driven.get(entry)) break;
    }
    this.#driven.delete(entry);
  }

  /** @returns whether the entry changed */
  async #advance(entry: JobEntry, step: Step): Promise<boolean> {
    const { journal, ports, log, onChange } = this.#options;
    const from = entry.phase;
    const part = partOf(entry);
    const isLarge = this.#largePart.get(entry) === part;
    const store = this.#options.storeOf?.(entry) ?? ports.store;
    const own = { ...ports, store, extent: isLarge ? undefined : new Extent() };
    const slots = this.#slotsOf(entry, isLarge);
    const changes = await slots.run(submitterName(entry.prefix, entry.requester), async () => {
      try {
        return await step(entry, own);
      } catch (error) {
        if (error instanceof TakesLong) return "large";
        return failing(entry, error, ports.now());
      }
    });
    if (changes === undefined) return false;
    if (changes === "large") {
      this.#largePart.set(entry, part);
      return true;
    }
    const { announce: change, ...rest } = changes;
    const changed = ({ outbox }: JobEntry) => ({
      ...rest,
      outbox: change ? [...outbox, change] : outbox,
    });
    const { phase } = changes;
    const isLater = phase && (REPEATED.has(phase) || WRITTEN_BY_STEP.has(phase));
    if (isLater) await journal.note(entry, changed);
    else await journal.update(entry, changed);
    if (entry.phase !== from)
      log("info", "step done", {
        prefix: entry.prefix,
        submission: entry.submission,
        from,
        phase: entry.phase,
        slurmJobId: entry.slurm?.jobId,
        outcome: entry.outcome,
        error: entry.error,
      });
    onChange(entry);
    return true;
  }

  /** Of an open submission, parts that carry files are beside other stagings, and those that wait leave Slurm's places free. */
  #slotsOf({ phase, open }: JobEntry, isLarge: boolean): FairSlots {
    const isOpen = phase === "running" && open !== undefined && open !== "release";
    const carries = open === "results" || open === "inputs";
    const like = isOpen ? (carries ? "accepted" : "waiting") : phase;
    return (isLarge ? this.#large[like] : this.#slots[like]) ?? this.#others;
  }

  async #backOff(entry: JobEntry, error: unknown, failures: number): Promise<void> {
    const { ports, log } = this.#options;
    const isNotYet = error instanceof NotYet;
    const waitMs = backOff(isNotYet ? error.again : RETRY, failures, ports.random());
    if (!isNotYet)
      log("warn", "step failed, will be tried again", {
        prefix: entry.prefix,
        submission: entry.submission,
        phase: entry.phase,
        error: messageOf(error),
        waitMs,
      });
    const woken = new Promise<void>((resolve) => this.#pauses.set(entry, resolve));
    await Promise.race([ports.sleep(waitMs), woken]);
    this.#pauses.delete(entry);
  }
}

/** Which part of its way a job is on, of those in which files are carried. */
function partOf({ phase, open }: JobEntry): string {
  return `${phase} ${open ?? ""}`;
}

/**
 * Journal update for an error that means that the job will never run, or for a folder that could not be brought here for
 * so long that the user must be told; throws any other error.
 */
function failing(entry: JobEntry, error: unknown, now: Date): StepResult {
  // Once Slurm has the job, nothing but its end can end it.
  if (entry.slurm !== undefined) throw error;
  const known = error instanceof CloudSubmitError ? error : undefined;
  const outcome = known && FATAL[known.code];
  if (known && outcome)
    return { phase: "failing", outcome, error: { code: known.code, message: known.message } };
  const waited = now.getTime() - Date.parse(entry.times.released ?? entry.times.accepted ?? "");
  if (entry.phase !== "accepted" || !(waited > STAGE_IN_MS)) throw error;
  const message = `tried for a day: ${messageOf(error)}`;
  return { phase: "failing", outcome: "rejected", error: { code: "stage-in-failed", message } };
}
