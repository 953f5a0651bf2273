import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeRecord } from "../../bucket/job-objects/record.ts";
import { writeStatus } from "../../bucket/job-objects/status.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import type { JobRecord, SlurmVerdict } from "../../protocol/record.ts";
import { scriptFolder } from "./job-folder.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { testContext } from "./test-ui.ts";

/** A folder to sweep over, a bucket, and what the agent writes there when a job ends. */
export function sweepWorld(changes: Parameters<typeof testContext>[0] = {}) {
  const world = testContext(changes);
  const context = { ...world.context, copyStates: temporaryFolder() };
  const folder = scriptFolder("#!/bin/sh\n. ./sweep-row.sh\n");
  writeFileSync(join(folder, "data"), "1234567890");
  const { store } = world;
  const submissionOf = (prefix: string) =>
    store.objects.get(`${prefix}/job-aws-stat.txt`)?.metadata.submission ?? "";
  const end = async (prefix: string, outcome: Outcome, slurm?: Partial<SlurmVerdict>) => {
    const submission = submissionOf(prefix);
    const record: JobRecord = {
      version: 1,
      prefix,
      submission,
      state: "JOB_COMPLETE",
      outcome,
      slurm: { jobId: "7", ...slurm },
      times: {},
    };
    await writeRecord(store, record);
    await writeStatus(store, prefix, "JOB_COMPLETE", { submission });
  };
  /** An array of so many tasks ends, some of them failed. */
  const endArray = (prefix: string, total: number, ids: string, failed: number) =>
    end(prefix, failed > 0 ? "failed" : "completed", {
      tasks: {
        total,
        completed: total - failed,
        ...(failed > 0 && { incomplete: [{ ids, outcome: "failed" as const, exitCode: 3 }] }),
      },
    });
  const options = (prefix: string) =>
    JSON.parse(
      store.objects.get(`${prefix}/job-aws-stat.txt`)?.metadata["sbatch-options"] ?? "[]",
    ) as string[];
  return { ...world, context, folder, end, endArray, options, submissionOf };
}
