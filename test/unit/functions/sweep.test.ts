import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { SendCommandCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "@jest/globals";
import { pendingKey } from "../../../protocol/marker.ts";
import { lines, s3, ssm, statusIs } from "../../support/handler-world.ts";
import { lambdaContext } from "../../support/lambda.ts";

const { handler: sweep } = await import("../../../functions/sweep.ts");

describe("sweep", () => {
  /** One request that is pending; `age` in seconds. */
  function waiting(age: number) {
    statusIs("FILE_UPLOAD\n");
    const written = new Date(Date.now() - age * 1000);
    const asked = { etag: "e1", time: written.getTime(), account: "1", metadata: {} };
    const Key = pendingKey({ prefix: "job1", action: "run", submission: "v1" }, asked);
    s3.on(ListObjectsV2Command, { Prefix: ".cloud-submit/pending/" }).resolves({
      Contents: [{ Key, LastModified: written }],
    });
  }

  test("rings for what is pending for long, and measures how many wait and for how long", async () => {
    waiting(1000);
    await sweep({}, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    const [line, metrics] = lines();
    expect(line).toMatchObject({ level: "INFO", swept: { sent: 1, failed: [] } });
    expect(line).not.toHaveProperty("census");
    expect(metrics).toMatchObject({
      service: "cloud-submit-test",
      RequestsWaiting: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: "CloudSubmit" }] },
    });
    expect(metrics?.OldestRequestAge).toBeGreaterThanOrEqual(1000);
  });

  test("what SSM throttles is not sent, and waits", async () => {
    waiting(1000);
    const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    ssm.on(SendCommandCommand).rejects(throttled);
    await sweep({}, lambdaContext());
    expect(lines()[0]).toMatchObject({ level: "INFO", swept: { sent: 0, refused: 1 } });
    expect(lines()[1]).toMatchObject({ RequestsWaiting: 1 });
  });

  test("begins with nothing more when Lambda would end it in the middle, and says so", async () => {
    waiting(1000);
    await sweep({ census: true }, lambdaContext("i", 60_000));
    expect(ssm.calls()).toHaveLength(0);
    const [line, metrics] = lines();
    expect(line).toMatchObject({ level: "INFO", swept: { left: 1 }, slowLook: { pages: 0 } });
    expect(metrics).toMatchObject({ RequestsWaiting: 1 });
  });

  test("leaves young requests alone, and measures how old they are", async () => {
    waiting(10);
    await sweep({ census: false }, lambdaContext());
    expect(ssm.calls()).toHaveLength(0);
    const age = lines()[1]?.OldestRequestAge;
    expect(age).toBeGreaterThanOrEqual(10);
    expect(age).toBeLessThan(240);
  });

  test("with a census, dispatches a request that no event told of", async () => {
    s3.on(ListObjectsV2Command).resolves({});
    s3.on(ListObjectsV2Command, { EncodingType: "url" }).resolves({
      Contents: [{ Key: "job1/job-aws-stat.txt", Size: 12 }],
      IsTruncated: false,
    });
    statusIs("FILE_UPLOAD\n");
    await sweep({ census: true }, lambdaContext());
    expect(ssm.commandCalls(SendCommandCommand)).toHaveLength(1);
    expect(lines()).toContainEqual(
      expect.objectContaining({
        slowLook: { pages: 1, read: 1, dispatched: 1, failed: [], removed: 0, isRoundDone: true },
      }),
    );
  });

  test.each([
    ["sweep", {}],
    ["census", { census: true }],
  ])("a job that fails in the %s makes the line an error that names it", async (_name, event) => {
    waiting(90_000);
    s3.on(ListObjectsV2Command, { EncodingType: "url" }).resolves({
      Contents: [{ Key: "job1/job-aws-stat.txt", Size: 12 }],
      IsTruncated: false,
    });
    if ("census" in event)
      s3.on(ListObjectsV2Command, { Prefix: ".cloud-submit/pending/" }).resolves({});
    s3.on(GetObjectCommand, { Key: "job1/job-aws-stat.txt" }).rejects(new Error("SlowDown"));
    await sweep(event, lambdaContext());
    const failed = [{ prefix: "job1", error: "SlowDown" }];
    expect(lines()[0]).toMatchObject({
      level: "ERROR",
      ...("census" in event ? { slowLook: { failed } } : { swept: { failed } }),
    });
  });
});
