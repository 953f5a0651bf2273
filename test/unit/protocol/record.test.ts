import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import {
  formatRecord,
  type JobRecord,
  jobRecordJsonSchema,
  parseRecord,
} from "../../../protocol/record.ts";

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
