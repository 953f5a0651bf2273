import { expect, test } from "@jest/globals";
import { readOwnRecord, removeOwnRecord } from "../../../../bucket/job-objects/own-record.ts";
import { type OwnRecord, ownRecordKey } from "../../../../protocol/own-record.ts";
import { RECORD_MAX_BYTES } from "../../../../protocol/record.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const record: OwnRecord = {
  version: 1,
  prefix: "job1",
  submission: "s",
  state: "JOB_SUBMIT",
  keepsLinks: true,
  times: {},
};

test("a copy is read back and removed, under its own prefix and no other", async () => {
  const store = new MemoryStore();
  await store.put(".cloud-submit/records/job1.json", JSON.stringify(record));
  expect(await readOwnRecord(store, "job1")).toEqual(record);
  expect(await readOwnRecord(store, "job")).toBeUndefined();
  await removeOwnRecord(store, "job1");
  expect(store.objects.size).toBe(0);
});

test.each([
  ["of another prefix", JSON.stringify({ ...record, prefix: "job2" })],
  ["of a prefix that may not name a job", JSON.stringify({ ...record, prefix: "../x" })],
  ["of a submission that is none", JSON.stringify({ ...record, submission: ".." })],
  ["torn", "{"],
  ["far too long", JSON.stringify(record).padEnd(RECORD_MAX_BYTES + 1)],
])("a copy that is %s is none", async (_name, text) => {
  const store = new MemoryStore();
  await store.put(ownRecordKey("job1"), text);
  expect(await readOwnRecord(store, "job1")).toBeUndefined();
});

test("a prefix that ends like a copy's key has its own", async () => {
  const store = new MemoryStore();
  await store.put(ownRecordKey("job1.json"), JSON.stringify({ ...record, prefix: "job1.json" }));
  expect(await readOwnRecord(store, "job1.json")).toMatchObject({ prefix: "job1.json" });
  expect(await readOwnRecord(store, "job1")).toBeUndefined();
});
