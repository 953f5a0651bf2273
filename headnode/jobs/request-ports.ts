import { SUBMITTER_METADATA } from "../../protocol/submission.ts";
import type { Phase } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { Slurm } from "../slurm/slurm.ts";
import type { RequestMessage } from "../spool/messages.ts";
import type { Driver } from "./driver.ts";
import type { JobObjects, StatusObject } from "./job-objects.ts";

/** What a request is answered with. */
export interface RequestPorts {
  journal: Journal;
  objects: JobObjects;
  slurm: Slurm;
  driver: Pick<Driver, "wake">;
  workRoot: string;
  home: string;
  /** Of this request: its fields are in each line. */
  say: (text: string, fields?: object) => void;
  log: Log;
  now: () => Date;
}

/** Phases in which a job can still be cancelled. */
export const CANCELLABLE: ReadonlySet<Phase> = new Set([
  "accepted",
  "staged",
  "submitting",
  "submitted",
  "running",
]);

/** Who asked, as far as that is known. */
export function requesterOf(message: RequestMessage, status: StatusObject) {
  const submitter = status.metadata?.[SUBMITTER_METADATA]?.slice(0, 256);
  return {
    ...(message.requester && { account: message.requester }),
    ...(submitter !== undefined && { submitter }),
  };
}
