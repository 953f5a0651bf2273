import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { fetchFiles } from "../../../../cli/verbs/fetch/fetch.ts";
import { list } from "../../../../cli/verbs/list/list.ts";
import { logs } from "../../../../cli/verbs/logs/logs.ts";
import { status } from "../../../../cli/verbs/status/status.ts";
import { wait } from "../../../../cli/verbs/wait/wait.ts";
import { liveKey, liveMetadata } from "../../../../protocol/live-output.ts";
import { formatRecord, type JobRecord } from "../../../../protocol/record.ts";
import { STATES } from "../../../../protocol/state.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

const OUTCOME = ["completed", "failed", "cancelled"] as const;

/** Output and errors of verbs for a prefix with marks of an earlier run, and what is fetched. */
async function shown(
  state: string,
  metadata: Record<string, string>,
  record: JobRecord,
  json: boolean,
) {
  const { context, store, out, err } = testContext({ json });
  await store.put("j/job-aws-stat.txt", `${state}\n`, { metadata });
  await store.put("j/job-aws-job.json", formatRecord(record));
  await store.put("j/out-EARLIER", "EARLIER");
  await store.put("j/job-aws-jobid.txt", "EARLIER\n");
  await store.put("j/job-aws-sbatch.out", "EARLIER\n");
  await store.put(liveKey("j", record.submission, { stream: "stdout" }), "EARLIER", {
    metadata: liveMetadata({ start: 0, end: 7 }),
  });
  const to = temporaryFolder();
  const verbs = [
    () => status(context, "j", { explain: true }),
    () => list(context, undefined, { limit: 10 }),
    () => logs(context, "j", {}),
    () => wait(context, ["j"], { timeout: 1, any: false, all: false }),
    () => fetchFiles(context, "j", { to }),
  ];
  for (const verb of verbs) await verb().catch((error: Error) => err.push(error.message));
  const fetched = ["job-aws-job.json", "job-aws-jobid.txt", "job-aws-sbatch.out"].filter((name) =>
    existsSync(join(to, name)),
  );
  return { text: [...out, ...err].join("\n"), fetched };
}

test("nothing of an earlier run is shown as this one's, whatever state is there", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...STATES),
      fc.constantFrom("submission", "cancels"),
      fc.constantFrom(...STATES),
      fc.constantFrom(...OUTCOME),
      fc.boolean(),
      async (state, key, recordState, outcome, json) => {
        const named = state === "JOB_CANCEL" ? key : "submission";
        const record: JobRecord = {
          version: 1,
          prefix: "j",
          submission: "s1",
          state: recordState,
          outcome,
          error: { code: "lost", message: "EARLIER" },
          slurm: { jobId: "4711", state: "EARLIER", nodes: "EARLIER" },
          output: [{ stdout: "out-EARLIER" }],
          times: {},
        };
        const { text, fetched } = await shown(state, { [named]: "s2" }, record, json);
        expect(text).not.toMatch(/EARLIER|4711/);
        expect(fetched).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test("of a state that names no submission, as other clients write it, a record that contradicts it is another run's", async () => {
  const record = (state: JobRecord["state"]): JobRecord => ({
    version: 1,
    prefix: "j",
    submission: "s1",
    state,
    slurm: { jobId: "4711" },
    times: {},
  });
  const isShown = async (state: string, of: JobRecord["state"]) =>
    (await shown(state, {}, record(of), true)).text.includes("4711");
  expect(await isShown("JOB_CANCEL", "JOB_COMPLETE")).toBe(false);
  expect(await isShown("JOB_SUBMIT", "JOB_ERROR")).toBe(false);
  expect(await isShown("JOB_ERROR", "JOB_COMPLETE")).toBe(false);
  expect(await isShown("FILE_UPLOAD", "JOB_SUBMIT")).toBe(false);
  expect(await isShown("JOB_CANCEL", "JOB_SUBMIT")).toBe(true);
  expect(await isShown("JOB_COMPLETE", "JOB_COMPLETE")).toBe(true);
});
