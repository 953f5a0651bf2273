import { expect, test } from "@jest/globals";
import { readClosing, writeClosing } from "../../../../bucket/job-objects/closing.ts";
import { CLOSING_MAX_BYTES } from "../../../../protocol/open-submission.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const job = { prefix: "job1", submission: "s1" };
const inputs = [{ path: "late.txt", size: 4, etag: "e" }];

test("what closes a submission is read back, by that one alone", async () => {
  const store = new MemoryStore();
  expect(await readClosing(store, job)).toBeUndefined();
  await writeClosing(store, "job1", { submission: "s1", inputs });
  expect(await readClosing(store, job)).toEqual({ version: 1, submission: "s1", inputs });
  expect(await readClosing(store, { ...job, submission: "s2" })).toBeUndefined();
});

test.each([
  "",
  "{",
  "null",
  '{"version":2,"submission":"s1","inputs":[]}',
  '{"version":1,"submission":"s1"}',
  '{"version":1,"submission":"s1","inputs":[{"path":"x"}]}',
  '{"version":1,"submission":"s1","inputs":[],"more":1}',
  '{"version":1,"submission":"s1","inputs":[]}'.padEnd(CLOSING_MAX_BYTES + 1),
])("what is no closing object, or too long for one, closes nothing (%#)", async (text) => {
  const store = new MemoryStore();
  await store.put("job1/job-aws-closing.json", text);
  expect(await readClosing(store, job)).toBeUndefined();
});
