import { expect, test } from "@jest/globals";
import { isLook, isSteady } from "../../../../bench/cloud/steady.ts";
import type { S3LogLine } from "../../../../local/faults/s3-proxy.ts";

const line = (operation: S3LogLine["operation"], key: string): S3LogLine => ({
  side: "agent",
  operation,
  key,
  from: 0,
  to: 1,
});

test.each([
  ["list", ".cloud-submit/pending/", true],
  ["list", ".cloud-submit/pending/job1/", false],
  ["write", ".cloud-submit/heartbeat.json", true],
  ["write", ".cloud-submit/pending/job1/run-1.json", false],
  ["list", "job1/", false],
  // The old design lists the whole bucket.
  ["list", "", false],
] as const)("%s of %j is asked without any job: %j", (operation, key, steady) => {
  expect(isSteady(line(operation, key))).toBe(steady);
});

test.each([
  ["agent", "list", ".cloud-submit/pending/", true],
  ["agent", "list", ".cloud-submit/pending/job1/", false],
  ["functions", "list", ".cloud-submit/pending/", false],
  ["agent", "read", ".cloud-submit/pending/", false],
] as const)("%s, %s of %j is a look: %j", (side, operation, key, look) => {
  expect(isLook({ ...line(operation, key), side })).toBe(look);
});
