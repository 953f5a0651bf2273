import { describe, expect, test } from "@jest/globals";
import { writeRecord } from "../../../../../bucket/job-objects/record.ts";
import { writeStatus } from "../../../../../bucket/job-objects/status.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { status, statusOfAll, statusOutput } from "../../../../../cli/verbs/status/status.ts";
import { endingJobs, endOf } from "../../../../support/ending-jobs.ts";
import { testContext } from "../../../../support/test-ui.ts";

const STATUS = "job1/job-aws-stat.txt";

/** `status --json` of a request that was written some seconds ago, called that many times. */
async function asked(seconds: number, metadata: Record<string, string>, times = 1, fails = false) {
  const { context, store, out, err, requests } = testContext({ json: true });
  const now = context.now();
  store.now = () => now;
  store.answered = store.now;
  await store.put(STATUS, "FILE_UPLOAD\n", { metadata });
  const held = store.objects.get(STATUS);
  if (held) held.lastModified = new Date(now.getTime() - seconds * 1000);
  const before = store.before;
  store.before = (operation, key) => {
    if (fails && operation === "put") throw new S3Error("AccessDenied", "No", { status: 403 });
    return before(operation, key);
  };
  requests.length = 0;
  for (let at = 0; at < times; at += 1) await status(context, "job1", {});
  const said = out.map((line) => statusOutput.parse(JSON.parse(line)).askedAgain);
  return { said, err, requests, puts: (store.requests.put ?? 0) - 1 };
}

describe("status of a request without an answer", () => {
  const named = { submission: "s1" };

  test("asks once more, and not again within two minutes", async () => {
    const { said, err, puts } = await asked(120, named, 3);
    expect([said, err.length, puts]).toEqual([[true, undefined, undefined], 1, 1]);
  });

  test("asks once however old it is", async () => {
    expect(await asked(86_400, named, 2)).toMatchObject({ said: [true, undefined], puts: 1 });
  });

  test("a young one costs nothing more", async () => {
    const { said, err, requests } = await asked(119, named);
    expect([said, err, requests]).toEqual([
      [undefined],
      [],
      [`get ${STATUS}`, "get job1/job-aws-job.json"],
    ]);
  });

  test("one that other tools wrote is left as it is", async () => {
    const { said, err, puts } = await asked(300, {});
    expect([said, puts, err.length]).toEqual([[undefined], 0, 1]);
    expect(err[0]).toContain("writing FILE_UPLOAD again");
  });

  test("who may not write still sees it", async () => {
    const { said, err } = await asked(300, named, 1, true);
    expect([said, err.length]).toEqual([[undefined], 1]);
  });
});

describe("status of several jobs", () => {
  test("comes in their order, an empty line between them; one that is not there is told of in its place", async () => {
    const { context, state, out, err } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await state("b", "JOB_ERROR");
    expect(await statusOfAll(context, ["b", "none", "a", "b"], {})).toBe(2);
    expect(out.filter((line) => line === "" || line.startsWith("prefix"))).toEqual([
      "prefix     b",
      "",
      "prefix     a",
    ]);
    expect(err).toEqual([expect.stringContaining("none")]);
    await expect(statusOfAll(context, ["none"], {})).rejects.toThrow("none");
  });
});

test("of 500 tasks the one that failed is one line", async () => {
  const { context, store, out } = testContext();
  const record = endOf("job1", { state: "JOB_COMPLETE", outcome: "failed" });
  const tasks = {
    total: 500,
    completed: 499,
    incomplete: [{ ids: "337", outcome: "failed" as const, state: "FAILED", exitCode: 3 }],
  };
  await writeRecord(store, { ...record, slurm: { jobId: "30", state: "FAILED", tasks } });
  await writeStatus(store, "job1", "JOB_COMPLETE", { submission: record.submission });
  await status(context, "job1", {});
  const lines = out.join("\n").split("\n");
  expect(lines.filter((line) => line.includes("337"))).toEqual([
    expect.stringMatching(/^\s+337: failed, exit code 3$/),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^tasks\s+499 of 500 /));
});
