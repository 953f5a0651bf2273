import { Readable } from "node:stream";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { sdkStreamMixin } from "@smithy/core/serde";
import { mockClient } from "aws-sdk-client-mock";
import { JobBucket, type StatusObject } from "../../../../functions/aws/job-bucket.ts";
import { collect } from "../../../support/collect.ts";

const s3 = mockClient(S3Client);
const client = new S3Client({ region: "us-east-1" });
const bucket = new JobBucket(client, "b");
const body = (text: string) => sdkStreamMixin(Readable.from([Buffer.from(text)]));
const failure = (httpStatusCode: number) =>
  new S3ServiceException({ name: "E", $fault: "client", $metadata: { httpStatusCode } });
beforeEach(() => void s3.reset());

describe("readStatus", () => {
  test("reads the state and what identifies the write", async () => {
    const LastModified = new Date();
    s3.on(GetObjectCommand, { Bucket: "b", Key: "job1/job-aws-stat.txt" }).resolves({
      Body: body("FILE_UPLOAD\r\n"),
      ETag: '"e"',
      VersionId: "v",
      LastModified,
      Metadata: { submission: "s" },
    });
    expect(await bucket.readStatus("job1")).toEqual({
      state: "FILE_UPLOAD",
      writtenByAgent: false,
      metadata: { submission: "s" },
      versionId: "v",
      lastModified: LastModified,
      etag: '"e"',
    });
  });

  test("is undefined when the object is gone", async () => {
    s3.on(GetObjectCommand).rejects(
      new NoSuchKey({ message: "", $metadata: { httpStatusCode: 404 } }),
    );
    expect(await bucket.readStatus("job1")).toBeUndefined();
  });

  test("does not read a large object", async () => {
    s3.on(GetObjectCommand).resolves({ Body: body("FILE_UPLOAD"), ContentLength: 5_000_000_000 });
    expect((await bucket.readStatus("job1"))?.state).toBeUndefined();
  });

  test("throws what S3 says otherwise", async () => {
    s3.on(GetObjectCommand).rejects(failure(503));
    await expect(bucket.readStatus("job1")).rejects.toThrow(S3ServiceException);
  });
});

describe("readRecord", () => {
  const record = { version: 1, prefix: "job1", submission: "s", state: "JOB_SUBMIT", times: {} };

  test("reads the record of this prefix", async () => {
    s3.on(GetObjectCommand, { Bucket: "b", Key: "job1/job-aws-job.json" }).resolves({
      Body: body(JSON.stringify(record)),
    });
    expect(await bucket.readRecord("job1")).toEqual(record);
  });

  test.each(["", "{", '{"version":2}'])("%j is none", async (text) => {
    s3.on(GetObjectCommand).resolves({ Body: body(text) });
    expect(await bucket.readRecord("job1")).toBeUndefined();
  });

  test("a job without a record has none", async () => {
    s3.on(GetObjectCommand).rejects(failure(404));
    expect(await bucket.readRecord("job1")).toBeUndefined();
  });
});

test("listPrefixes names every job of every page, once, and no object at the top", async () => {
  s3.on(ListObjectsV2Command, { Bucket: "b", Delimiter: "/" })
    .resolvesOnce({
      CommonPrefixes: [{ Prefix: ".cloud-submit/" }, { Prefix: "job1/" }],
      Contents: [{ Key: "readme.txt" }],
      IsTruncated: true,
      NextContinuationToken: "more",
    })
    .resolvesOnce({ CommonPrefixes: [{ Prefix: "job2/" }] });
  expect(await collect(bucket.listPrefixes())).toEqual([".cloud-submit", "job1", "job2"]);
  expect(s3.commandCalls(ListObjectsV2Command)[1]?.args[0].input.ContinuationToken).toBe("more");
});

test("an empty bucket has no jobs", async () => {
  s3.on(ListObjectsV2Command).resolves({});
  expect(await collect(bucket.listPrefixes())).toEqual([]);
});

describe("writeEnd", () => {
  const record = {
    version: 1,
    prefix: "a b",
    submission: "s",
    state: "JOB_ERROR",
    times: {},
  } as const;
  const read: StatusObject = { state: "FILE_UPLOAD", writtenByAgent: false, etag: '"e"' };

  test("writes the record, then JOB_ERROR over what was read", async () => {
    s3.on(PutObjectCommand).resolves({});
    await bucket.writeEnd(record, read);
    expect(s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      expect.objectContaining({ Key: "a b/job-aws-job.json" }),
      expect.objectContaining({ Key: "a b/job-aws-stat.txt", Body: "JOB_ERROR\n", IfMatch: '"e"' }),
    ]);
  });

  test.each([404, 409, 412])("leaves a newer status object alone (%d)", async (code) => {
    s3.on(PutObjectCommand).resolvesOnce({}).rejectsOnce(failure(code));
    await expect(bucket.writeEnd(record, read)).resolves.toBeUndefined();
  });

  test("throws what S3 says otherwise, so that Lambda repeats it", async () => {
    s3.on(PutObjectCommand).resolvesOnce({}).rejectsOnce(failure(503));
    await expect(bucket.writeEnd(record, read)).rejects.toThrow(S3ServiceException);
  });
});
