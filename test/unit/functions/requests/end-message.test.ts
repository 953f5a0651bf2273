import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { endMessage } from "../../../../functions/requests/end-message.ts";
import type { StateChange } from "../../../../protocol/event.ts";

const ended: StateChange = {
  version: 1,
  bucket: "jobs",
  prefix: "job1",
  submission: "s1",
  from: "JOB_SUBMIT",
  to: "JOB_COMPLETE",
  at: "2026-11-23T20:45:01.000Z",
  outcome: "failed",
  slurmJobId: "12",
  exitCode: 3,
  signal: 0,
  requester: { account: "111122223333", submitter: "taro@ws1" },
  submittedAt: "2026-11-23T20:44:01.000Z",
  endedAt: "2026-11-23T20:45:00.000Z",
  filesOut: 7,
};

test("it says what job, how it ended, when, and how to get the results", () => {
  expect(endMessage(ended)).toEqual({
    subject: "cloud-submit: job1 failed",
    text: `A job has ended whose submitter wanted this address told.

job:        job1
outcome:    failed
Slurm job:  12
exit code:  3
submitted:  2026-11-23T20:44:01.000Z
ended:      2026-11-23T20:45:00.000Z
by:         taro@ws1
results:    7 files

Its results, and more about it:
  cloud-submit fetch job1 --bucket jobs
  cloud-submit status job1 --bucket jobs
`,
  });
});

test("one that never ran has its reason", () => {
  const { subject, text } = endMessage({
    version: 1,
    bucket: "jobs",
    prefix: "job1",
    submission: "s1",
    from: "FILE_UPLOAD",
    to: "JOB_ERROR",
    at: ended.at,
    error: { code: "no-script", message: "job-aws-run.sh is missing" },
  });
  expect(subject).toBe("cloud-submit: job1 JOB_ERROR");
  expect(text).toContain("error:      no-script: job-aws-run.sh is missing\n");
  expect(text).toContain(`ended:      ${ended.at}\n`);
});

test("whatever others write stays in its line, and is no command", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 1024 }),
    fc.constantFrom("a\r\nBcc: x@y.z", "\u202Egpj.exe", "a\u2028b", "x; rm -rf ~", "é".repeat(900)),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, (prefix, message, submitter) => {
      const { subject, text } = endMessage({
        ...ended,
        prefix,
        error: { code: "internal", message },
        requester: { submitter },
      });
      expect(subject).toMatch(/^cloud-submit: [\x21-\x7e]* failed$/);
      expect(subject.length).toBeLessThan(100);
      expect(text.split("\n").length).toBeLessThanOrEqual(19);
      expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
      expect(text.length).toBeLessThan(2500);
      for (const command of text.match(/^ {2}cloud-submit .*$/gm) ?? [])
        expect(command).toMatch(/^ {2}cloud-submit (fetch|status) [A-Za-z0-9._-]+ --bucket jobs$/);
    }),
  );
});
