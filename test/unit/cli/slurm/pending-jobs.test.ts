import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Adopter } from "../../../../cli/slurm/adopt-pending.ts";
import { isAnyLeft } from "../../../../cli/slurm/fetcher/left-work.ts";
import { isProcessOver } from "../../../../cli/slurm/fetcher/session.ts";
import { pendingJobs } from "../../../../cli/slurm/pending-jobs.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

/** A call of sbatch that is killed while it waits for the id, of a process that is gone. */
async function killed() {
  const w = slurmScene({ "job.sh": "#!/bin/sh\n" });
  const { root } = w.slurm.folders;
  const pending = pendingJobs(root);
  const { sleep } = w.context;
  w.context.sleep = () => Promise.reject(new Error("killed"));
  await expect(w.call(["job.sh"])).rejects.toThrow("killed");
  w.context.sleep = sleep;
  const [job] = await pending.list();
  /** From now on its process is gone. */
  const end = async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    const path = join(root, "pending", `${job?.submission}.json`);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(`"${process.pid}:`, `"${child.pid}:`));
  };
  const adopter = new Adopter(w.context, pending, w.jobs);
  return { ...w, pending, job: job!, end, adopter };
}

test("a job is noted before it can run, and its note is gone when it has its file", async () => {
  const w = slurmScene({ "job.sh": "#!/bin/sh\n" });
  const pending = pendingJobs(w.slurm.folders.root);
  const put = w.store.put.bind(w.store);
  const noted: number[] = [];
  w.store.put = async (key, ...more) => {
    if (key.endsWith("job-aws-stat.txt")) noted.push((await pending.list()).length);
    return put(key, ...more);
  };
  await w.call(["job.sh"]);
  expect(noted).toEqual([1]);
  expect(await pending.list()).toEqual([]);
  expect(w.started.count).toBe(1);
});

test("one whose sbatch was killed gets its file once it has its id", async () => {
  const w = await killed();
  expect(await w.adopter.look()).toBe(true);
  expect(await isAnyLeft(w.slurm.folders)).toBe(false);
  await w.end();
  expect(await isAnyLeft(w.slurm.folders)).toBe(true);
  expect(await w.adopter.look()).toBe(true);
  expect(await w.jobs.list()).toEqual([]);
  // The agent answers while others sleep; it is asked again after a second at the earliest.
  await w.context.sleep(500);
  expect(await w.adopter.look()).toBe(true);
  await w.context.sleep(1_000);
  expect(await w.adopter.look()).toBe(false);
  const { owner: _, submittedAt: __, ...job } = w.job;
  expect(await w.jobs.read("41")).toMatchObject({ ...job, id: "41", isOpen: true });
  expect(await w.pending.list()).toEqual([]);
});

test.each([
  ["was refused", { state: "JOB_ERROR", outcome: "rejected", slurm: undefined }],
  ["never asked for a run", undefined],
] as const)("one that %s is forgotten", async (_, changes) => {
  const w = await killed();
  await w.end();
  const key = `${w.job.prefix}/job-aws-stat.txt`;
  if (changes) {
    w.answer.changes = changes;
    await w.context.sleep(1);
    const status = w.store.objects.get(key)!;
    await w.store.put(key, "JOB_ERROR", { metadata: status.metadata ?? {} });
  } else w.store.objects.delete(key);
  expect(await w.adopter.look()).toBe(false);
  expect(await w.jobs.list()).toEqual([]);
});

test("one that Slurm refuses leaves no note", async () => {
  const w = slurmScene({ "job.sh": "#!/bin/sh\n" });
  w.answer.changes = {
    state: "JOB_ERROR",
    outcome: "submit-failed",
    error: { code: "sbatch-refused", message: "sbatch: error: no" },
  };
  await expect(w.call(["job.sh"])).rejects.toThrow("no");
  expect(await pendingJobs(w.slurm.folders.root).list()).toEqual([]);
});

test("without /proc a process is over when it cannot be signalled", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
  await once(child, "spawn");
  expect(isProcessOver(`${child.pid}:`)).toBe(false);
  child.stdin.end();
  await once(child, "exit");
  expect(isProcessOver(`${child.pid}:`)).toBe(true);
});
