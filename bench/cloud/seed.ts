import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { notifyBucket } from "./old-design.ts";

/** Objects of a finished job, as far as listings are concerned. */
const OBJECTS: Readonly<Record<string, string>> = {
  "job-aws-run.sh": "#!/bin/bash\ntrue\n",
  "job-aws-stat.txt": "JOB_COMPLETE\n",
  "job-aws-sbatch.out": "Submitted batch job 1\n",
  "job-aws-jobid.txt": "1\n",
  "result.txt": "0\n",
};
export const OBJECTS_OF_A_FINISHED_JOB = Object.keys(OBJECTS).length;

const AT_ONCE = 16;

/**
 * Puts what finished jobs have left into a bucket, without events. With `folder`, the same files are put
 * there too, as the old design's Head Node has them.
 */
export async function seedFinishedJobs(
  cloud: MeasuredCloud,
  bucket: string,
  from: number,
  to: number,
  folder?: string,
): Promise<void> {
  notifyBucket(cloud, bucket, false);
  const jobs = Array.from({ length: to - from }, (_, at) => `finished-${from + at}`);
  await eachBounded(jobs, AT_ONCE, async (job) => {
    for (const [name, body] of Object.entries(OBJECTS)) {
      await cloud.put(`${job}/${name}`, body, bucket);
      if (folder !== undefined) writeCopy(join(folder, job, name), body);
    }
  });
  notifyBucket(cloud, bucket, true);
}

/** A file that `aws s3 sync` takes for the same in both directions: not newer than its object. */
function writeCopy(path: string, body: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, body);
  const before = new Date(Date.now() - 60_000);
  utimesSync(path, before, before);
}
