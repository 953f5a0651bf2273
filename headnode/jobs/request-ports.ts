import type { ObjectStore } from "../../bucket/object-store.ts";
import type { JobEntry, Phase } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { MarkerRemover } from "../queue/marker-remover.ts";
import type { Slurm } from "../slurm/slurm.ts";
import type { Driver } from "./driver.ts";

/** Ports for answering a request. */
export interface RequestPorts {
  journal: Journal;
  store: ObjectStore;
  slurm: Slurm;
  driver: Pick<Driver, "wake">;
  remover: Pick<MarkerRemover, "remove">;
  /** Entries of requests that no agent can have taken before. */
  fresh: WeakSet<JobEntry>;
  workRoot: string;
  home: string;
  /** Of this request: its fields are in each line. */
  say: (text: string, fields?: object) => void;
  log: Log;
  now: () => Date;
}

/** Phases in which a job can still be cancelled. */
export const CANCELLABLE: ReadonlySet<Phase> = new Set([
  "waiting",
  "accepted",
  "staged",
  "submitting",
  "submitted",
  "running",
]);
