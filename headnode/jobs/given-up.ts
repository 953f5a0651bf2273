import { listQueue } from "../../bucket/job-objects/marker.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { SubmissionId } from "../../protocol/request.ts";
import { CANCELS_METADATA, SUBMISSION_METADATA } from "../../protocol/submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";

/** A submission that was taken so long ago, milliseconds, is looked at once more before sbatch; most are with Slurm before. */
const YOUNG_MS = 60_000;

/** Whether the sweep may have given up a submission since the agent took it. */
export function mayBeGivenUp({ times }: JobEntry, now: Date): boolean {
  const passed = now.getTime() - Date.parse(times.accepted ?? "");
  // Also when the clock was set back.
  return !(passed >= 0 && passed < YOUNG_MS);
}

/** Ports for noting that a submission was given up. */
interface GivenUpPorts {
  journal: Pick<Journal, "update">;
  store: ObjectStore;
  /** Has the steps of an entry go on. */
  driver: { wake: (entry: JobEntry) => void };
  log: Log;
  now: () => Date;
}

/** Changes to the entry of a submission that was given up; also whether its user had asked to cancel it, without an answer. */
export type GivenUp = Required<Pick<JobEntry, "givenUpAt">> & Pick<JobEntry, "cancelRequested">;

/**
 * Looks whether the sweep has given up a submission that the agent has in its journal: JOB_ERROR stands there in its name, or
 * its pending markers are gone, which nobody but the cloud side removes, and the status object is another submission's or
 * gone, since its user was told the end.
 *
 * @param status as it was just read; undefined: it is read
 * @returns undefined: it was not
 * @throws when S3 does not answer
 */
export async function lookWhetherGivenUp(
  entry: Pick<JobEntry, "prefix" | "submission" | "markers">,
  { store, now }: { store: ObjectStore; now: () => Date },
  status?: StatusObject,
): Promise<GivenUp | undefined> {
  const { prefix, submission, markers = [] } = entry;
  const seen = status ?? (await readStatus(store, prefix));
  const named = seen && submissionNamedBy(seen);
  if (seen?.state === "JOB_ERROR" && named === submission)
    return {
      givenUpAt: (seen.lastModified ?? now()).toISOString(),
      ...(seen.metadata[CANCELS_METADATA] === submission && { cancelRequested: true }),
    };
  const isAnothers = !seen || (named !== undefined && named !== submission);
  if (!isAnothers || seen?.state === "JOB_CANCEL" || markers.length === 0) return undefined;
  return (await isPending(entry, store)) ? undefined : { givenUpAt: now().toISOString() };
}

/**
 * Notes of a submission that it was given up, if so, and has its steps look at that.
 *
 * @param status as it was just read; undefined: it is read
 * @throws when S3 does not answer
 */
export async function endIfGivenUp(
  entry: JobEntry,
  ports: GivenUpPorts,
  status?: StatusObject,
): Promise<void> {
  if (entry.givenUpAt !== undefined) return;
  const givenUp = await lookWhetherGivenUp(entry, ports, status);
  // The end that stands there may be the agent's own.
  if (givenUp === undefined || entry.phase === "recorded" || entry.phase === "done") return;
  const { prefix, submission, phase } = entry;
  ports.log("warn", "the submission was given up while nobody heard of this agent", {
    prefix,
    submission,
    phase,
    ...givenUp,
  });
  await ports.journal.update(entry, () => givenUp);
  ports.driver.wake(entry);
}

function submissionNamedBy({ state, submission, metadata }: StatusObject): string | undefined {
  return state === "FILE_UPLOAD" ? submission : metadata[SUBMISSION_METADATA];
}

/** Whether there is a pending marker of a run. */
export async function isPending(
  { prefix, submission }: SubmissionId,
  store: Pick<ObjectStore, "list">,
): Promise<boolean> {
  for await (const { request } of listQueue(store, prefix))
    if (request.action === "run" && request.submission === submission) return true;
  return false;
}
