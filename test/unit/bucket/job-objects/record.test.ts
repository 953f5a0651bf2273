import { expect, test } from "@jest/globals";
import { readRecord, writeRecord } from "../../../../bucket/job-objects/record.ts";
import { type JobRecord, RECORD_MAX_BYTES } from "../../../../protocol/record.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const KEY = "job1/job-aws-job.json";
const record: JobRecord = {
  version: 1,
  prefix: "job1",
  submission: "s",
  state: "JOB_SUBMIT",
  times: {},
};

test("a record is read back under its own prefix, and under no other", async () => {
  const store = new MemoryStore();
  await writeRecord(store, record);
  expect(await readRecord(store, "job1")).toEqual(record);
  expect(await readRecord(store, "job")).toBeUndefined();
});

test.each(["", "{", "[]", '{"version":2}'])("a record of %j is none", async (text) => {
  const store = new MemoryStore();
  await store.put(KEY, text);
  expect(await readRecord(store, "job1")).toBeUndefined();
});

test("a record with every list full is written as far as it can be read; one that is longer is not read", async () => {
  const path = "\u{3042}".repeat(341);
  const skipped = Array.from({ length: 1000 }, () => ({ path, reason: "x".repeat(100) }));
  const verdict = { verdict: "partial", files: 0, bytes: 0, skipped, skippedCount: 1000 } as const;
  const output = Array.from({ length: 1000 }, (_, task) => ({ task, stdout: path, stderr: path }));
  const ids = Array.from({ length: 1000 }, (_, task) => ({
    ids: String(task),
    outcome: "failed" as const,
    state: "x".repeat(1000),
  }));
  const tasks = { total: 1000, completed: 0, incomplete: ids };
  const refused = Array.from({ length: 20_000 }, (_, at) => ({
    submission: `s${at}`,
    at: "2026-11-23T20:45:01.000Z",
    reason: "x".repeat(100),
  }));
  const slurm = { jobId: "1", tasks };
  const full = { ...record, slurm, stageIn: verdict, stageOut: verdict, output, refused };
  const store = new MemoryStore();
  await writeRecord(store, full);
  expect(store.objects.get(KEY)?.body.length).toBeLessThanOrEqual(RECORD_MAX_BYTES);
  const read = await readRecord(store, "job1");
  expect(read).toMatchObject({
    stageIn: { skippedCount: 1000 },
    slurm: { tasks: { total: 1000 } },
  });
  const lists = [
    read?.stageIn?.skipped,
    read?.stageOut?.skipped,
    read?.output,
    read?.slurm?.tasks?.incomplete,
  ];
  expect(lists.map((list) => list?.slice(0, 100))).toEqual(
    [skipped, skipped, output, ids].map((list) => list.slice(0, 100)),
  );
  expect(read?.refused?.at(-1)?.submission).toBe("s19999");
  await store.put(KEY, JSON.stringify(record).padEnd(RECORD_MAX_BYTES + 1));
  expect(await readRecord(store, "job1")).toBeUndefined();
});
