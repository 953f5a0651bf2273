import type { Machine } from "../../bucket/machine.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { StateChange } from "../../protocol/event.ts";
import type { LocalObjects } from "../../transfer/local-objects.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { LiveOutput } from "../live-output/live-output.ts";
import type { Log } from "../log.ts";
import type { MarkerRemover } from "../queue/marker-remover.ts";
import type { Slurm } from "../slurm/slurm.ts";
import type { Extent } from "./extent.ts";

/** Ports of a job's steps. */
export interface StepPorts {
  bucket: string;
  workRoot: string;
  home: string;
  store: ObjectStore;
  machine: Machine;
  slurm: Slurm;
  /** Told of each file before it is carried; undefined: the step may carry any number, of any size. */
  extent?: Extent | undefined;
  /** Copies of objects on the disk; undefined: there are none. */
  local?: LocalObjects | undefined;
  /** Removes copies when the disk is full; tells whether there was anything. */
  makeRoom?: (() => Promise<boolean>) | undefined;
  /** The output of running jobs; no step depends on it. */
  live: Pick<LiveOutput, "see" | "settled">;
  /** The other submissions that the agent knows. */
  runs: Pick<Journal, "get" | "active" | "waitingFor">;
  /** Removes the markers of what has ended; no step depends on it. */
  remover: Pick<MarkerRemover, "remove">;
  /** Entries of requests that no agent can have taken before: Slurm has no job of them yet. */
  fresh: WeakSet<JobEntry>;
  /** Puts a change into the journal before the step goes on; on disk when this returns. */
  keep: (entry: JobEntry, change: Partial<JobEntry>) => Promise<void>;
  log: Log;
  now: () => Date;
  /** Waits; for polls of something that sends no event. */
  sleep: (ms: number) => Promise<void>;
  /** 0 to 1, by chance. */
  random: () => number;
}

/**
 * One step: does its work, which may be repeated after a crash, and returns what the journal is to hold
 * before the next step begins; undefined: there is nothing to do until something happens.
 *
 * @throws CloudSubmitError with a code of FATAL (jobs/driver.ts) when the job will never run; anything else
 * is tried again
 */
export type Step = (entry: JobEntry, ports: StepPorts) => Promise<StepResult | undefined>;

/** Changes to the entry; `announce` joins its outbox. */
export type StepResult = Omit<Partial<JobEntry>, "outbox"> & { announce?: StateChange };
