import { expect, test } from "@jest/globals";
import { awaitResults } from "../../../../cli/slurm/await-results.ts";
import type { JobFile } from "../../../../cli/slurm/job-file.ts";
import { jobFile } from "../../../support/sent-job.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

type Last = NonNullable<JobFile["last"]>;

/** `sbatch --wait` of a job that ends so after some looks. */
async function waited(changes: Partial<JobFile> | undefined) {
  const w = slurmScene();
  const job = jobFile();
  if (changes) await w.jobs.write(job);
  let looks = 0;
  w.context.sleep = async () => {
    looks += 1;
    if (looks === 3) await w.jobs.write({ ...job, results: "fetched", ...changes });
  };
  return awaitResults(w.slurm, job);
}

const last = (changes: Partial<Last>): Partial<JobFile> => ({
  last: { submission: jobFile().submission, state: "COMPLETED", final: true, ...changes },
});
const task = (changes: object) => ({ ids: "1", state: "FAILED", ...changes });

test.each<[string, Partial<JobFile> | undefined, number]>([
  ["a job that completed", last({ exitCode: 0 }), 0],
  ["one that failed", last({ state: "FAILED", exitCode: 7 }), 7],
  ["one that a signal ended", last({ state: "FAILED", exitCode: 0, signal: 9 }), 1],
  ["one that timed out", last({ state: "TIMEOUT" }), 1],
  ["one without a word of how it ended", {}, 1],
  ["one whose results did not come", { ...last({ exitCode: 0 }), results: "failed" }, 1],
  ["one that is not there any more", undefined, 1],
  [
    "an array: its worst task",
    last({ tasks: [task({ exitCode: 0 }), task({ exitCode: 3 }), task({ exitCode: 2 })] as never }),
    3,
  ],
])("%s", async (_, changes, code) => {
  expect(await waited(changes)).toBe(code);
});
