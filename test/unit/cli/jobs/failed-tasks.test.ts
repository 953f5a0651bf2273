import { describe, expect, test } from "@jest/globals";
import { failedTasks, namedTasks } from "../../../../cli/jobs/failed-tasks.ts";
import { type SubmitOptions, submitJob } from "../../../../cli/jobs/submit-job.ts";
import { fetchFiles } from "../../../../cli/verbs/fetch/fetch.ts";
import { endOf } from "../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { sweepWorld } from "../../../support/sweep-world.ts";

async function submitted(options: SubmitOptions = {}) {
  const w = sweepWorld();
  const submit = (more: SubmitOptions) => submitJob(w.context, w.folder, more);
  await submit({ prefix: "j", ...options });
  return { ...w, submit };
}

describe("submit --only-failed", () => {
  test("submits the tasks that did not complete under the folder's last prefix, for one request more", async () => {
    const w = await submitted({ sbatchOptions: ["--array=1-9%3"] });
    await w.endArray("j", 9, "2,5-7", 4);
    w.store.requests = {};
    const { prefix } = await w.submit({ onlyFailed: true, sbatchOptions: ["--time=9"] });
    expect(prefix).toBe("j");
    expect(w.options("j")).toEqual(["--time=9", "--array=2,5-7"]);
    expect(w.store.requests).toEqual({ get: 2, list: 1, put: 2 });
  });

  test("is about the job that was sent from the folder, whatever was fetched into it since", async () => {
    const w = await submitted({ sbatchOptions: ["--array=1-3"] });
    await w.endArray("j", 3, "2", 1);
    const script = "#!/bin/sh\necho other\n";
    const other = scriptFolder(script);
    await submitJob(w.context, other, { prefix: "k", sbatchOptions: ["--array=1-9"] });
    await w.endArray("k", 9, "5-6", 2);
    await w.store.put("k/inK", "");
    await fetchFiles(w.context, "k", { to: w.folder, include: ["inK"] });
    const { prefix } = await w.submit({ onlyFailed: true });
    expect([prefix, w.options("j")]).toEqual(["j", ["--array=2"]]);
    expect(w.store.text("k/job-aws-run.sh")).toBe(script);
  });

  test("keeps how many tasks ran at a time, by the record", async () => {
    const w = await submitted();
    const tasks = {
      total: 2,
      completed: 1,
      incomplete: [{ ids: "2", outcome: "failed" as const }],
    };
    await w.end("j", "failed", { tasks });
    const record = JSON.parse(w.store.text("j/job-aws-job.json")!) as object;
    const text = JSON.stringify({ ...record, sbatchOptions: ["--array=1-2%1"] });
    await w.store.put("j/job-aws-job.json", text);
    await w.submit({ prefix: "j", onlyFailed: true });
    expect(w.options("j")).toEqual(["--array=2%1"]);
  });

  test.each([
    ["every task completed", 9, "", 0, /every task completed/],
    ["the list was cut", 5000, "1-1000", 3000, /names 1000 of 3000/],
    ["the list is forged", 9, "1-4000000", 3, /names 3 of 3/],
    ["the list is too long for sbatch", 2000, evens(600), 600, /too long for sbatch/],
  ])("is refused when %s", async (_name, total, ids, failed, message) => {
    const w = await submitted();
    await w.endArray("j", total, ids, failed);
    const before = w.store.writes.length;
    await expect(w.submit({ prefix: "j", onlyFailed: true })).rejects.toThrow(message);
    expect(w.store.writes.length).toBe(before);
  });

  test("is refused while the job is active, of no array, of no job, and beside --array", async () => {
    const w = await submitted();
    const again = (more: SubmitOptions = {}) => w.submit({ onlyFailed: true, ...more });
    await expect(again()).rejects.toMatchObject({ code: "active-job" });
    await w.end("j", "failed");
    await expect(again()).rejects.toThrow(/not told of as a job array/);
    await expect(again({ sbatchOptions: ["-a", "1"] })).rejects.toThrow(/not both/);
    await expect(again({ prefix: "other" })).rejects.toThrow(/no job of this name/);
    const fresh = sweepWorld();
    await expect(submitJob(fresh.context, fresh.folder, { onlyFailed: true })).rejects.toThrow(
      /name it with --prefix/,
    );
  });
});

test("a record names so many tasks at most, whatever is in it", () => {
  const incomplete = Array.from({ length: 100_000 }, (_, at) => ({
    ids: at === 0 ? "1,2" : "1-4000000",
    outcome: "failed" as const,
  }));
  const record = endOf("j", {
    slurm: { jobId: "1", tasks: { total: 2, completed: 0, incomplete } },
  });
  expect([...namedTasks(record).keys()]).toEqual([1, 2]);
  expect(failedTasks(record)).toEqual(new Set([1, 2]));
  expect(failedTasks(endOf("j"))).toBeUndefined();
});

function evens(count: number): string {
  return Array.from({ length: count }, (_, at) => (at + 1) * 2).join(",");
}
