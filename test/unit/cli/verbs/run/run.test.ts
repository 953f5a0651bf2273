import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { run, runOutput } from "../../../../../cli/verbs/run/run.ts";
import { endingJobs } from "../../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

describe("run", () => {
  test("--json prints one object that fits its schema", async () => {
    const { context, store, steps, end, out } = endingJobs({ json: true });
    const folder = scriptFolder();
    steps.push(async () => {
      const { submission } = store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
      await store.put("job1/result", "42");
      await end("job1", { submission: submission ?? "", outcome: "failed" });
    });
    expect(await run(context, folder, { prefix: "job1" })).toBe(1);
    expect(out).toHaveLength(1);
    const printed: unknown = JSON.parse(out[0] ?? "");
    expect(runOutput.parse(printed)).toEqual(printed);
    expect(printed).toMatchObject({
      exitCode: 1,
      record: { outcome: "failed" },
      fetched: { to: folder },
    });
    expect(readFileSync(join(folder, "result"), "utf8")).toBe("42");
  });

  test("the results of a script come into a folder beside it", async () => {
    const { context, store, steps, end } = endingJobs();
    const script = join(temporaryFolder(), "wave.sh");
    writeFileSync(script, "#!/bin/sh\n");
    steps.push(async () => {
      const { submission } = store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
      await store.put("job1/result", "42");
      await end("job1", { submission: submission ?? "" });
    });
    expect(await run(context, script, { prefix: "job1" })).toBe(0);
    expect(readFileSync(join(script.replace(".sh", ""), "result"), "utf8")).toBe("42");
  });

  test("a folder beside a script that is not ours is not filled: nothing is even submitted", async () => {
    const { context, store } = endingJobs();
    const script = join(temporaryFolder(), "train.sh");
    writeFileSync(script, "#!/bin/sh\n");
    mkdirSync(script.replace(".sh", ""));
    writeFileSync(join(script.replace(".sh", ""), "model.txt"), "mine");
    await expect(run(context, script, { prefix: "job1" })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/--to/),
    });
    expect(store.objects.size).toBe(0);
  });

  test("a result that was edited while the job ran stays", async () => {
    const { context, store, steps, end } = endingJobs();
    context.copyStates = temporaryFolder();
    const folder = scriptFolder();
    writeFileSync(join(folder, "params.txt"), "1");
    steps.push(async () => {
      const { submission } = store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
      writeFileSync(join(folder, "params.txt"), "mine");
      await store.put("job1/params.txt", "job's");
      await end("job1", { submission: submission ?? "" });
    });
    expect(await run(context, folder, { prefix: "job1" })).toBe(0);
    expect(readFileSync(join(folder, "params.txt"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder, "params.txt.fetched"), "utf8")).toBe("job's");
  });
});
