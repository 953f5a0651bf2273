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

test("a record with every list full is one; one that is far longer is not read", async () => {
  const path = "\u{3042}".repeat(341);
  const skipped = Array.from({ length: 1000 }, () => ({ path, reason: "x".repeat(100) }));
  const verdict = { verdict: "partial", files: 0, bytes: 0, skipped, skippedCount: 1000 } as const;
  const output = Array.from({ length: 1000 }, (_, task) => ({ task, stdout: path, stderr: path }));
  const full: JobRecord = { ...record, stageIn: verdict, stageOut: verdict, output };
  const store = new MemoryStore();
  await writeRecord(store, full);
  expect(await readRecord(store, "job1")).toEqual(full);
  expect(store.objects.get(KEY)?.body.length).toBeLessThan(RECORD_MAX_BYTES / 2);
  await store.put(KEY, JSON.stringify(record).padEnd(RECORD_MAX_BYTES + 1));
  expect(await readRecord(store, "job1")).toBeUndefined();
});
