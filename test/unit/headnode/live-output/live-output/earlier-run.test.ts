import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { runningJob } from "../../../../support/running-job.ts";

test("what an earlier run has printed is not published while the job waits, and not told as its output", async () => {
  const { w, end, liveWrites } = await runningJob(undefined, { out: "of the first run\n" });
  await w.someRounds();
  expect(liveWrites()).toEqual([]);
  end();
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")).not.toHaveProperty("output");
});

test.each([
  ["begins the file anew", (path: string) => writeFileSync(path, "new\n"), "new\n"],
  ["goes on with the file", (path: string) => appendFileSync(path, "new\n"), "old\nnew\n"],
  ["prints the very same", (path: string) => writeFileSync(path, "old\n"), "old\n"],
])("what the job prints is published once it %s", async (_name, print, expected) => {
  const { w, work, held, end } = await runningJob(undefined, { out: "old\n" });
  await w.someRounds();
  print(join(work, "out"));
  await w.until(() => held("stdout")?.text === expected);
  end();
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")?.output).toEqual([{ stdout: "out" }]);
});
