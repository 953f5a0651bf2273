import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod";
import { reason } from "../../../protocol/reason.ts";
import {
  formatRecord,
  type JobRecord,
  jobRecordJsonSchema,
  parseRecord,
} from "../../../protocol/record.ts";
import { TransferSummary } from "../../../transfer/summary.ts";

const record: JobRecord = {
  version: 1,
  prefix: "job1",
  submission: "s1",
  state: "JOB_COMPLETE",
  outcome: "completed",
  slurm: { jobId: "12", state: "COMPLETED", exitCode: 0, signal: 0 },
  stageOut: { verdict: "complete", files: 2, bytes: 10, skipped: [], skippedCount: 0 },
  times: { requested: "2026-11-23T20:45:01.000Z" },
};

test("a record is read back as it was written", () => {
  expect(parseRecord(formatRecord(record))).toEqual(record);
});

test.each(["", "{", "null", "[]", '{"version":2}', formatRecord(record).slice(0, -20)])(
  "%j is no record",
  (text) => {
    expect(parseRecord(text)).toBeUndefined();
  },
);

test("the JSON Schema in the tree is the one of the code (npm run schema)", () => {
  const file = new URL("../../../protocol/job-record.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(jobRecordJsonSchema());
});

describe("a record of another version", () => {
  const left = (...skipped: object[]) =>
    ({
      ...record,
      stageOut: { verdict: "partial", files: 0, bytes: 0, skipped, skippedCount: skipped.length },
      refused: [{ submission: "s2", at: "2026-11-23T20:45:01.000Z", reason: "still active" }],
    }) as JobRecord;

  test("older: reasons are text alone, and stay as they are", () => {
    const old = left({ path: "a", reason: "a symbolic link to nothing" });
    expect(parseRecord(formatRecord(old))).toEqual(old);
  });

  test("newer: codes that are not known here are no harm", () => {
    const newer = left({ path: "a", code: "of-tomorrow", values: { a: "b" }, reason: "words" });
    expect(parseRecord(formatRecord({ ...newer, notes: [{ code: "x", values: {} }] }))).toEqual({
      ...newer,
      notes: [{ code: "x", values: {} }],
    });
  });

  test("what is written now has all that an older reader asks for", () => {
    const summary = new TransferSummary();
    summary.skip("a", reason("key-too-long", { max: "1024" }));
    const old = z.object({ skipped: z.array(z.object({ path: z.string(), reason: z.string() })) });
    const written: unknown = JSON.parse(
      formatRecord({ ...record, stageOut: summary.verdict() }),
    ).stageOut;
    expect(old.parse(written)).toEqual({
      skipped: [{ path: "a", reason: "an object key of more than 1024 bytes" }],
    });
  });
});
