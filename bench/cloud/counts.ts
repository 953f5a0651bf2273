import { setTimeout as sleep } from "node:timers/promises";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { PROTOCOL_FILES, SYSTEM_FOLDER } from "../../protocol/objects.ts";
import {
  OBJECTS_OF_USER,
  prefixesOf,
  type RunOptions,
  runJobs,
  type Seen,
  uploadJob,
} from "./jobs.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { isLook, isSteady } from "./steady.ts";

/** Costs of some concurrent jobs, per job. */
export interface JobCosts {
  jobs: number;
  /** Jobs that had ended before and whose objects were in the bucket. */
  finishedBefore: number;
  sbatches: number;
  ssmCommands: number;
  /** Slurm's commands beside sbatch. */
  slurmCommands: number;
  s3Requests: number;
  /** Of those: everything but the user's files themselves, and the looks. */
  controlRequests: number;
  /** Listings of all that is pending, by the agent. */
  looks: number;
  /** Control requests and looks as S3 charges for them: deletions are free. */
  controlWrites: number;
  controlReads: number;
  /** Objects that were written or deleted, the user's own included: S3 sends an event for each. */
  objectEvents: number;
  /** Share of the jobs that were JOB_COMPLETE in the end. */
  complete: number;
  /** From the first FILE_UPLOAD to the last JOB_COMPLETE. */
  seconds: number;
}

const UPLOADS_AT_ONCE = 16;

/** Milliseconds between the upload and the status objects: two commands of the AWS CLI are so far apart. */
const PAUSE_MS = 2000;

/** Runs a number of jobs at once and counts what they cost. */
export async function countJobs(
  cloud: MeasuredCloud,
  name: string,
  jobs: number,
  finishedBefore: number,
  options: RunOptions,
): Promise<JobCosts> {
  const prefixes = prefixesOf(name, jobs);
  cloud.forget();
  await eachBounded(prefixes, UPLOADS_AT_ONCE, (prefix) =>
    uploadJob(cloud, prefix, options.bucket),
  );
  await sleep(PAUSE_MS);
  return costs(await runJobs(cloud, prefixes, options), jobs, finishedBefore);
}

/** Costs of some jobs by what was seen, for each of them. */
export function costs(seen: Seen, jobs: number, finishedBefore: number): JobCosts {
  const s3 = seen.s3.filter((line) => !isSteady(line));
  const first = Math.min(...seen.asked.values());
  const last = Math.max(first, ...seen.completed.values());
  const control = s3.filter(isControl);
  const looks = seen.s3.filter(isLook).length;
  const count = (...operations: string[]) =>
    control.filter(({ operation }) => operations.includes(operation)).length;
  return {
    jobs,
    finishedBefore,
    sbatches: seen.sbatches / jobs,
    ssmCommands: seen.ssm.length / jobs,
    slurmCommands: seen.slurmCommands / jobs,
    s3Requests: s3.length / jobs,
    controlRequests: control.length / jobs,
    looks: looks / jobs,
    controlWrites: (count("write", "list") + looks) / jobs,
    controlReads: count("read") / jobs,
    objectEvents:
      OBJECTS_OF_USER +
      s3.filter(({ operation }) => operation === "write" || operation === "delete").length / jobs,
    complete: seen.completed.size / jobs,
    seconds: (last - first) / 1000,
  };
}

/** Whether a request is about the protocol, and not one of the user's files. */
function isControl({ operation, key }: S3LogLine): boolean {
  if (operation === "list" || key.startsWith(SYSTEM_FOLDER)) return true;
  return PROTOCOL_FILES.has(key.slice(key.indexOf("/") + 1));
}
