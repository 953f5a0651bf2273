import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { submittedWorld } from "../../../support/agent-world.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

/** A job that Slurm has, and its folder on the cluster. */
async function submitted(files: Record<string, string> = {}) {
  const { w, version } = await submittedWorld({
    files: { "job-aws-run.sh": "#!/bin/sh\n", ...files },
  });
  const folder = join(w.workRoot, "job1", version);
  const end = async (
    ...tasks: Parameters<typeof w.end> extends [string, ...infer T] ? T : never
  ) => {
    w.end("1", ...tasks);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    return w.record("job1");
  };
  return { w, folder, end };
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

const missing = (path: string) => ({ code: "output-folder-missing", values: { path } });
const notStarted = { state: "FAILED", exitCode: 0, signal: 53 };

test("a job that Slurm could not start, for want of its output's folder, says so", async () => {
  const { folder, end } = await submitted();
  const path = join(folder, "logs", "1.out");
  const record = await end({ ...task("FAILED"), ...notStarted, outputPaths: [path] });
  expect(record).toMatchObject({ outcome: "failed", notes: [missing(path)] });
  expect(record).not.toHaveProperty("output");
});

test("a job that Slurm could not start, though its output's folder is there, says so", async () => {
  const { folder, end } = await submitted();
  mkdirSync(join(folder, "is-folder"));
  const path = join(folder, "is-folder");
  const record = await end({ ...task("FAILED"), ...notStarted, outputPaths: [path] });
  expect(record?.notes).toEqual([{ code: "output-not-opened", values: { path } }]);
});

test("of an array, the tasks are named that had no folder for their output", async () => {
  const { folder, end } = await submitted();
  mkdirSync(join(folder, "logs-1"));
  writeFileSync(join(folder, "logs-1", "out"), "one");
  const record = await end(
    { ...arrayTask("1", "COMPLETED"), outputPaths: [join(folder, "logs-1", "out")] },
    { ...arrayTask("2", "FAILED"), ...notStarted, outputPaths: [join(folder, "logs-2", "out")] },
  );
  expect(record?.output).toEqual([{ task: 1, stdout: "logs-1/out" }]);
  expect(record?.notes).toEqual([missing(join(folder, "logs-2", "out"))]);
});

test.each([
  [{ state: "FAILED", exitCode: 1, signal: 0 }],
  [{ state: "COMPLETED", exitCode: 0, signal: 0 }],
])("a job that ran, %j, and removed the folder says nothing of it", async (how) => {
  const { folder, end } = await submitted();
  const record = await end({
    ...task("FAILED"),
    ...how,
    outputPaths: [join(folder, "logs", "1.out")],
  });
  expect(record).not.toHaveProperty("notes");
});

test("an input of the name that the output was to have is not the output", async () => {
  const { folder, end } = await submitted({ "out.txt": "of an earlier run" });
  const record = await end({ ...task("CANCELLED"), outputPaths: [join(folder, "out.txt")] });
  expect(record).not.toHaveProperty("output");
});

test("output that could not be sent is not shown: the bucket may hold an older one", async () => {
  const { w, folder, end } = await submitted();
  writeFileSync(join(folder, "out.txt"), "what it printed");
  const putFile = w.store.putFile.bind(w.store);
  w.store.putFile = (path, ...rest) => {
    // At the last instant.
    if (path.endsWith("out.txt")) {
      rmSync(path);
      symlinkSync("/etc/hostname", path);
    }
    return putFile(path, ...rest);
  };
  const record = await end({ ...task("COMPLETED"), outputPaths: [join(folder, "out.txt")] });
  expect(record).not.toHaveProperty("output");
  expect(record?.stageOut?.skipped).toMatchObject([{ path: "out.txt" }]);
  expect(w.store.text("job1/out.txt")).toBeUndefined();
});

test("a folder that Slurm names by its real place is the job's own", async () => {
  const { w, folder, end } = await submitted();
  const real = `${realpathSync(w.workRoot)}.disk`;
  renameSync(w.workRoot, real);
  symlinkSync(real, w.workRoot);
  const path = join(realpathSync(folder), "out.txt");
  writeFileSync(path, "said");
  const record = await end({ ...task("COMPLETED"), outputPaths: [path] });
  expect(record?.output).toEqual([{ stdout: "out.txt" }]);
  expect(record).not.toHaveProperty("notes");
});

test("a folder that its own job has removed is named as that", async () => {
  const { w, folder, end } = await submitted();
  rmSync(folder, { recursive: true });
  const record = await end(task("COMPLETED"));
  expect([w.state("job1"), record?.stageOut]).toEqual([
    "JOB_COMPLETE",
    expect.objectContaining({
      verdict: "partial",
      skipped: [expect.objectContaining({ path: ".", code: "folder-gone" })],
    }),
  ]);
});
