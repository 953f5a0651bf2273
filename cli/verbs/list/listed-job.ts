import * as z from "zod";
import { dependencySchema } from "../../../protocol/after.ts";
import { OUTCOMES } from "../../../protocol/outcome.ts";
import { requesterOf } from "../../../protocol/requester.ts";
import { STATES } from "../../../protocol/state.ts";
import type { FoundJob } from "../../jobs/find-jobs.ts";

/** Output of `list --json` for each job. */
export const listOutput = z.object({
  prefix: z.string(),
  state: z.enum(STATES).nullable(),
  since: z.iso.datetime().nullable().describe("when this state was written"),
  outcome: z.enum(OUTCOMES).nullable().describe("null: it has not ended"),
  slurmJobId: z.string().nullable(),
  waitsFor: z
    .array(dependencySchema)
    .nullable()
    .describe("the jobs that have to end before it begins; null: none"),
  requestedAt: z.iso.datetime().nullable(),
  owner: z.string().nullable().describe("who submitted it, as its submitter says: not verified"),
  name: z.string().nullable().describe("the Slurm job's name; null: not known"),
  partition: z.string().nullable().describe("the Slurm job's partition; null: not known"),
  seconds: z
    .number()
    .nonnegative()
    .nullable()
    .describe("from the request to the end, or until now; null: not known"),
});
export type ListedJob = z.infer<typeof listOutput>;

/** A job as `list` tells of it. */
export function listedJob({ prefix, status, record }: FoundJob, now: Date): ListedJob {
  const { lastModified: since, state } = status;
  const requested = record?.times.requested;
  const ended = record?.times.ended ?? record?.times.final;
  const end = record?.outcome === undefined ? now : new Date(ended ?? since ?? now);
  return {
    prefix,
    state: state ?? null,
    since: since?.toISOString() ?? null,
    outcome: record?.outcome ?? null,
    slurmJobId: record?.slurm?.jobId ?? null,
    waitsFor: record?.waitsFor ?? null,
    requestedAt: requested ?? null,
    owner: ownerOf({ status, record }) ?? null,
    name: record?.slurm?.name ?? null,
    partition: record?.slurm?.partition ?? null,
    seconds:
      requested === undefined
        ? null
        : Math.max(0, Math.round((end.getTime() - Date.parse(requested)) / 1000)),
  };
}

/**
 * Who submitted a job, as user@host: as the client said, which nobody has checked. A JOB_CANCEL names who cancelled.
 *
 * @returns undefined: it is not known
 */
export function ownerOf({ status, record }: Pick<FoundJob, "status" | "record">) {
  if (record) return record.requester?.submitter;
  return status.state === "FILE_UPLOAD"
    ? requesterOf(undefined, status.metadata).submitter
    : undefined;
}
