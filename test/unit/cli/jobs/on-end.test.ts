import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { run } from "../../../../cli/verbs/run/run.ts";
import { wait } from "../../../../cli/verbs/wait/wait.ts";
import { endingJobs } from "../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const NOTE =
  'echo "$CLOUD_SUBMIT_JOB_PREFIX $CLOUD_SUBMIT_JOB_OUTCOME $CLOUD_SUBMIT_JOB_STATE $CLOUD_SUBMIT_JOB_EXIT_CODE $CLOUD_SUBMIT_JOB_SLURM_JOB_ID"';

describe("--on-end", () => {
  test("runs the user's command after the end of each job, which is in its environment", async () => {
    const { context, end, out } = endingJobs({ json: true });
    await end("a", { slurm: { jobId: "17", exitCode: 0, signal: 0 } });
    await end("b", { outcome: "failed", state: "JOB_ERROR" });
    await end("c", { outcome: "failed", slurm: { jobId: "18", exitCode: 2, signal: 0 } });
    await end("d", { outcome: "cancelled", slurm: { jobId: "19", exitCode: 0, signal: 15 } });
    const file = join(temporaryFolder(), "notes");
    const flags = { onEnd: `${NOTE} >> '${file}'` };
    expect(await wait(context, ["a", "b", "c", "d", "no-such"], flags)).toBe(2);
    expect(readFileSync(file, "utf8").split("\n").toSorted()).toEqual([
      "",
      "a completed JOB_COMPLETE 0 17",
      "b failed JOB_ERROR  ",
      "c failed JOB_COMPLETE 2 18",
      "d cancelled JOB_COMPLETE 143 19",
    ]);
    expect(out).toHaveLength(5);
  });

  test("what is known of a job is in no command", async () => {
    const { context, end, err } = endingJobs();
    await end("a", { slurm: { jobId: "17", name: "$(exit 7); exit 8" } });
    expect(await wait(context, ["a"], { onEnd: 'test "$CLOUD_SUBMIT_JOB_PREFIX" = a' })).toBe(0);
    expect(err.filter((line) => line.includes("--on-end"))).toEqual([]);
  });

  test("how it failed is told, and changes nothing", async () => {
    const { context, end, err } = endingJobs();
    await end("a");
    expect(await wait(context, ["a"], { onEnd: "exit 9" })).toBe(0);
    expect(err.at(-1)).toBe("a: the command of --on-end has failed: 9");
  });

  test("of run: when the results are here", async () => {
    const { context, store, steps, end } = endingJobs();
    const folder = scriptFolder();
    steps.push(async () => {
      const { submission } = store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
      await store.put("job1/result", "42");
      await end("job1", { submission: submission ?? "" });
    });
    const onEnd = `cp '${folder}/result' '${folder}/copy'`;
    expect(await run(context, folder, { prefix: "job1", onEnd })).toBe(0);
    expect(readFileSync(join(folder, "copy"), "utf8")).toBe("42");
  });

  test("goes along in the command that waits again", async () => {
    const { context, state } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await expect(wait(context, ["a"], { onEnd: "true x", timeout: 1 })).rejects.toThrow(
      "JOB_SUBMIT",
    );
    expect(context.interrupt.wayOn?.command).toBe("cloud-submit wait a --on-end 'true x'");
  });
});
