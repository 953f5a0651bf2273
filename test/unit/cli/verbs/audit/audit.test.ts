import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { parseSince } from "../../../../../cli/jobs/since.ts";
import { sayEnglish } from "../../../../../cli/messages/say.ts";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import { filterLogsOfCloudWatch } from "../../../../../cli/stack/cloudwatch-logs.ts";
import { lineText } from "../../../../../cli/ui/line.ts";
import { PLAIN } from "../../../../../cli/ui/style.ts";
import { audit } from "../../../../../cli/verbs/audit/audit.ts";
import { auditVerb } from "../../../../../cli/verbs/audit/description.ts";

const logs = mockClient(CloudWatchLogsClient);
beforeEach(() => void logs.reset());

/** A line as functions/audit writes it. */
const auditLine = (change: object) =>
  JSON.stringify({
    level: "INFO",
    message: "Job State Change",
    version: 1,
    bucket: "jobs",
    prefix: "job1",
    submission: "s1",
    from: "FILE_UPLOAD",
    to: "JOB_SUBMIT",
    at: "2026-11-24T10:00:01.000Z",
    slurmJobId: "17",
    requester: { account: "111122223333", submitter: "taro@ws1" },
    commandId: "c-1",
    filesIn: 2,
    bytesIn: 2048,
    eventId: "e-1",
    ...change,
  });

/** Runs `audit` on a log group whose pages hold these messages. */
async function audited(pages: string[][], prefix?: string, flags: object = {}, json = false) {
  pages.forEach((messages, at) =>
    logs.on(FilterLogEventsCommand, at === 0 ? {} : { nextToken: `page-${at}` }).resolves({
      events: messages.map((message) => ({ message })),
      ...(at + 1 < pages.length && { nextToken: `page-${at + 1}` }),
    }),
  );
  const out: string[] = [];
  const err: string[] = [];
  await audit(
    {
      filterLogs: async () => filterLogsOfCloudWatch({ region: "us-east-1" }),
      say: sayEnglish,
      json,
      now: () => new Date("2026-11-24T12:00:00Z"),
      out: (line) => void out.push(lineText(line, PLAIN)),
      err: (line) => void err.push(lineText(line, PLAIN)),
    },
    prefix,
    parseFlags(auditVerb.flags, flags),
  );
  return { out, err };
}

describe("audit", () => {
  test("ties requester, submission, SSM command, Slurm job and results in a line for each change", async () => {
    const { out } = await audited([
      [
        "START RequestId: 1",
        auditLine({
          to: "JOB_COMPLETE",
          from: "JOB_SUBMIT",
          at: "2026-11-24T10:05:00.000Z",
          outcome: "failed",
          exitCode: 3,
          signal: 0,
          filesOut: 1,
          bytesOut: 10,
        }),
      ],
      [auditLine({})],
    ]);
    expect(out).toEqual([
      "2026-11-24T10:00:01.000Z job1 FILE_UPLOAD -> JOB_SUBMIT; Slurm job 17; in 2 files, 2.0 KiB; by taro@ws1, account 111122223333; submission s1; SSM command c-1",
      "2026-11-24T10:05:00.000Z job1 JOB_SUBMIT -> JOB_COMPLETE; outcome failed; Slurm job 17; exit code 3; out 1 files, 10 B; by taro@ws1, account 111122223333; submission s1; SSM command c-1",
    ]);
  });

  test("shows a change once that EventBridge delivered twice", async () => {
    expect((await audited([[auditLine({}), auditLine({ eventId: "e-2" })]])).out).toHaveLength(1);
  });

  test("asks CloudWatch for one prefix, and prints no other even when it gets more", async () => {
    const { out } = await audited([[auditLine({}), auditLine({ prefix: "job2" })]], "job2", {
      stage: "test",
      since: "1h",
    });
    expect(out).toEqual([expect.stringContaining(" job2 ")]);
    expect(logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toMatchObject({
      logGroupName: "/aws/lambda/cloud-submit-test-audit",
      filterPattern: '{ $.message = "Job State Change" && $.prefix = "job2" }',
      startTime: Date.parse("2026-11-24T11:00:00Z"),
    });
  });

  test("prints JSON, one object a line, and null for the state before the first", async () => {
    const { out } = await audited(
      [[auditLine({ from: "none", to: "FILE_UPLOAD" })]],
      undefined,
      {},
      true,
    );
    expect(JSON.parse(out[0] ?? "")).toMatchObject({
      from: null,
      to: "FILE_UPLOAD",
      commandId: "c-1",
    });
  });

  test("does not obey control characters in what others wrote", async () => {
    const { out } = await audited([
      [auditLine({ prefix: "\u001b[2Jx", requester: { submitter: "a\nb" } })],
    ]);
    expect(out[0]).toContain("\\u001b[2Jx");
    expect(out[0]).not.toMatch(/\p{Cc}/u);
  });

  test("says so when there is nothing", async () => {
    expect(await audited([[]], "job1")).toEqual({
      out: [],
      err: ["no state change of job1 since 2026-11-17T12:00:00.000Z"],
    });
  });

  test("says which log group is missing", async () => {
    logs
      .on(FilterLogEventsCommand)
      .rejects(new ResourceNotFoundException({ message: "no", $metadata: {} }));
    await expect(audited([])).rejects.toMatchObject({
      code: "config",
      message: expect.stringContaining("/aws/lambda/cloud-submit-prod-audit"),
    });
  });

  test.each([['a" || $.prefix = "b'], ["../x"], [""]])("refuses the prefix %j", async (prefix) => {
    await expect(audited([[]], prefix)).rejects.toMatchObject({ code: "bad-prefix" });
  });
});

describe("parseSince", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  test.each([
    ["30m", "2026-11-24T11:30:00.000Z"],
    ["12h", "2026-11-24T00:00:00.000Z"],
    ["2w", "2026-11-10T12:00:00.000Z"],
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["2026-11-01T09:00:00+09:00", "2026-11-01T00:00:00.000Z"],
  ])("%s", (text, expected) => {
    expect(parseSince(text, now).toISOString()).toBe(expected);
  });

  test.each(["", "7", "yesterday", "-1d"])("refuses %j", (text) => {
    expect(() => parseSince(text, now)).toThrow(/give 30m, 12h/);
  });

  test.each(["2026-13-01", "2026-02-30"])("refuses %s, which is no day", (text) => {
    expect(() => parseSince(text, now)).toThrow(/there is no such day/);
  });
});
