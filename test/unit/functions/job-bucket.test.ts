import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/core/serde";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { Readable } from "node:stream";
import { JobBucket, type StatusObject } from "../../../functions/lib/job-bucket.ts";
import { PendingMarkers } from "../../../functions/lib/pending-markers.ts";
import type { PendingMarker } from "../../../protocol/marker.ts";

const s3 = mockClient(S3Client);
const client = new S3Client({ region: "us-east-1" });
const bucket = new JobBucket(client, "b");
const markers = new PendingMarkers(client, "b");
const body = (text: string) => sdkStreamMixin(Readable.from([Buffer.from(text)]));
const failure = (httpStatusCode: number) =>
  new S3ServiceException({ name: "E", $fault: "client", $metadata: { httpStatusCode } });
const marker: PendingMarker = {
  version: 1,
  prefix: "job1",
  submission: "s1",
  action: "run",
  requestedAt: "2026-11-23T20:45:01Z",
  attempts: 1,
  dispatcher: "i1",
};

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

describe("PendingMarkers.claim", () => {
  test("writes only where there is none", async () => {
    s3.on(PutObjectCommand).resolves({});
    expect(await markers.claim(marker)).toBe(marker);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Key: ".cloud-submit/pending/job1/run-s1.json",
      IfNoneMatch: "*",
    });
  });

  test.each([409, 412])("returns the marker that was there (%d)", async (code) => {
    s3.on(PutObjectCommand).rejects(failure(code));
    s3.on(GetObjectCommand).resolves({
      Body: body(JSON.stringify({ ...marker, dispatcher: "i0" })),
    });
    expect((await markers.claim(marker)).dispatcher).toBe("i0");
  });

  test("throws what S3 says otherwise", async () => {
    s3.on(PutObjectCommand).rejects(failure(500));
    await expect(markers.claim(marker)).rejects.toThrow(S3ServiceException);
  });
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
});
