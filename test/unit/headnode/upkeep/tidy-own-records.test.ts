import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeOwnRecord } from "../../../../bucket/job-objects/own-record.ts";
import { Journal } from "../../../../headnode/journal/journal.ts";
import { tidyOwnRecords } from "../../../../headnode/upkeep/tidy-own-records.ts";
import { ownRecordKey } from "../../../../protocol/own-record.ts";
import type { State } from "../../../../protocol/state.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const before = new Date("2026-11-01T00:00:00Z");
const [old, young] = [new Date("2026-10-31T00:00:00Z"), new Date("2026-11-02T00:00:00Z")];

/** A bucket with a copy for each prefix, and an agent that is at work on `active`. */
async function world(copies: Record<string, [State, Date]>, active: string[] = []) {
  const store = new MemoryStore();
  for (const [prefix, [state, written]] of Object.entries(copies)) {
    store.now = () => written;
    await writeOwnRecord(store, { version: 1, prefix, submission: "s", state, times: {} });
  }
  const journal = await Journal.open(join(temporaryFolder(), "journal"), () => undefined);
  const add = (prefix: string) =>
    journal.add({
      version: 1,
      prefix,
      submission: "s2",
      phase: "accepted",
      state: "FILE_UPLOAD",
      statusEtag: "e",
      times: {},
      outbox: [],
    });
  for (const prefix of active) await add(prefix);
  return { store, add, tidy: () => tidyOwnRecords({ store, journal, before }) };
}

test("copies of jobs that ended long ago go, and no other", async () => {
  const { store, tidy } = await world(
    {
      ended: ["JOB_COMPLETE", old],
      failed: ["JOB_ERROR", old],
      again: ["JOB_COMPLETE", old],
      running: ["JOB_SUBMIT", old],
      young: ["JOB_COMPLETE", young],
    },
    ["again"],
  );
  await store.put(".cloud-submit/records/not a copy", "x");
  await tidy();
  expect([...store.objects.keys()].toSorted()).toEqual(
    [
      ".cloud-submit/records/not a copy",
      ...["again", "running", "young"].map(ownRecordKey),
    ].toSorted(),
  );
});

test("only old ones are read, and one that cannot be read goes", async () => {
  const { store, tidy } = await world({ young: ["JOB_COMPLETE", young] });
  store.now = () => old;
  await store.put(ownRecordKey("damaged"), "{");
  const reads: string[] = [];
  store.before = (operation, key) => void (operation === "get" && reads.push(key));
  await tidy();
  expect(reads).toEqual([ownRecordKey("damaged")]);
  expect([...store.objects.keys()]).toEqual([ownRecordKey("young")]);
});

test("a submission that comes while its prefix's copy is read keeps it", async () => {
  const { store, add, tidy } = await world({ job1: ["JOB_COMPLETE", old] });
  store.before = async (operation) => {
    if (operation === "get") await add("job1");
  };
  await tidy();
  expect([...store.objects.keys()]).toEqual([ownRecordKey("job1")]);
});
