import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { submittedWorld } from "../../../support/agent-world.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

/** A job that Slurm has, and its folder on the cluster. */
async function submitted() {
  const { w, version } = await submittedWorld();
  const folder = join(w.workRoot, "job1", version);
  const end = async (
    ...tasks: Parameters<typeof w.end> extends [string, ...infer T] ? T : never
  ) => {
    w.end("1", ...tasks);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    return w.record("job1");
  };
  return { folder, end };
}

const away = (path: string) => ({ code: "output-not-brought-back", values: { path } });

test("output outside the folder, or over a file of the protocol, is noted", async () => {
  const { folder, end } = await submitted();
  writeFileSync(join(folder, "job-aws-job.json"), "what the job printed");
  const record = await end({
    ...task("COMPLETED"),
    outputPaths: [join(folder, "job-aws-job.json"), "/tmp/elsewhere.txt"],
  });
  expect(record).not.toHaveProperty("output");
  expect(record?.notes).toEqual([
    away(join(folder, "job-aws-job.json")),
    away("/tmp/elsewhere.txt"),
  ]);
});

test("of an array's tasks each file is noted once", async () => {
  const { folder, end } = await submitted();
  const paths = (id: number) => [join(folder, `out-${id}`), "/tmp/all"];
  writeFileSync(join(folder, "out-1"), "one");
  const record = await end(
    { ...arrayTask("1", "COMPLETED"), outputPaths: paths(1) },
    { ...arrayTask("2", "COMPLETED"), outputPaths: paths(2) },
  );
  expect(record?.output).toEqual([{ task: 1, stdout: "out-1" }]);
  expect(record?.notes).toEqual([away("/tmp/all")]);
});

test("output that nobody wanted, and that which comes back, is not noted", async () => {
  const { folder, end } = await submitted();
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "out"), "one");
  const record = await end({
    ...task("COMPLETED"),
    outputPaths: [join(folder, "logs", "out"), "/dev/null"],
  });
  expect(record?.output).toEqual([{ stdout: "logs/out" }]);
  expect(record).not.toHaveProperty("notes");
});
