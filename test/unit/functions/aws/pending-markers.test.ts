import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { sdkStreamMixin } from "@smithy/core/serde";
import { mockClient } from "aws-sdk-client-mock";
import { PendingMarkers } from "../../../../functions/aws/pending-markers.ts";
import type { PendingMarker } from "../../../../protocol/marker.ts";
import { collect } from "../../../support/collect.ts";

const s3 = mockClient(S3Client);
const markers = new PendingMarkers(new S3Client({ region: "us-east-1" }), "b");
const body = (text: string) => sdkStreamMixin(Readable.from([Buffer.from(text)]));
const failure = (httpStatusCode: number, name = "E") =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode } });
const marker: PendingMarker = {
  version: 1,
  prefix: "job1",
  submission: "s1",
  action: "run",
  requestedAt: "2026-11-23T20:45:01Z",
  attempts: 1,
  dispatcher: "i1",
};
const Key = ".cloud-submit/pending/job1/run-s1.json";

beforeEach(() => void s3.reset());

describe("claim", () => {
  test("writes only where there is none", async () => {
    s3.on(PutObjectCommand).resolves({});
    expect(await markers.claim(marker)).toBe(marker);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Key,
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

  test.each([
    ["is gone by then", () => s3.on(GetObjectCommand).rejects(failure(404))],
    ["cannot be read", () => s3.on(GetObjectCommand).resolves({ Body: body("{") })],
  ])("a marker that %s is no reason not to send", async (_name, answer) => {
    s3.on(PutObjectCommand).rejects(failure(412));
    answer();
    expect(await markers.claim(marker)).toEqual(marker);
  });

  test("throws what S3 says otherwise", async () => {
    s3.on(PutObjectCommand).rejects(failure(500));
    await expect(markers.claim(marker)).rejects.toThrow(S3ServiceException);
  });

  test("throws what is not of S3 at all", async () => {
    s3.on(PutObjectCommand).rejects(new Error("connect ETIMEDOUT"));
    await expect(markers.claim(marker)).rejects.toThrow("ETIMEDOUT");
  });
});

describe("read", () => {
  test("reads what was written; an old marker without a count was sent once", async () => {
    const { attempts: _, ...old } = marker;
    s3.on(GetObjectCommand, { Bucket: "b", Key }).resolves({ Body: body(JSON.stringify(old)) });
    expect(await markers.read(marker)).toEqual(marker);
  });

  test.each(["", "{", "null", '{"version":2}'])("%j is none", async (text) => {
    s3.on(GetObjectCommand).resolves({ Body: body(text) });
    expect(await markers.read(marker)).toBeUndefined();
  });

  test.each([
    [503, "SlowDown"],
    [404, "NoSuchBucket"],
  ])("throws when S3 cannot tell (%d %s)", async (status, name) => {
    s3.on(GetObjectCommand).rejects(failure(status, name));
    await expect(markers.read(marker)).rejects.toThrow(S3ServiceException);
  });
});

test("write replaces a marker whatever is there", async () => {
  s3.on(PutObjectCommand).resolves({});
  await markers.write({ ...marker, attempts: 2 });
  const sent = s3.commandCalls(PutObjectCommand)[0]?.args[0].input;
  expect(sent).toMatchObject({ Key, Body: JSON.stringify({ ...marker, attempts: 2 }) });
  expect(sent).not.toHaveProperty("IfNoneMatch");
});

test("remove takes away this request's marker only", async () => {
  s3.on(DeleteObjectCommand).resolves({});
  await markers.remove(marker);
  expect(s3.commandCalls(DeleteObjectCommand).map((call) => call.args[0].input)).toEqual([
    { Bucket: "b", Key },
  ]);
});

test("olderThan gives the requests of every page that are old enough, and nothing else", async () => {
  const time = new Date("2026-11-23T21:00:00Z");
  const at = (seconds: number) => new Date(time.getTime() + seconds * 1000);
  const folder = ".cloud-submit/pending";
  s3.on(ListObjectsV2Command, { Bucket: "b", Prefix: `${folder}/` })
    .resolvesOnce({
      Contents: [
        { Key: `${folder}/job1/run-s1.json`, LastModified: at(-1) },
        { Key: `${folder}/job2/run-s2.json`, LastModified: at(0) },
        { Key: `${folder}/job3/cancel-s3.json`, LastModified: at(1) },
        { Key: `${folder}/notes.txt`, LastModified: at(-1) },
        {},
      ],
      IsTruncated: true,
      NextContinuationToken: "more",
    })
    .resolvesOnce({ Contents: [{ Key: `${folder}/job4/check-s4.json`, LastModified: at(-9) }] });
  expect(await collect(markers.olderThan(time))).toEqual([
    { prefix: "job1", action: "run", submission: "s1" },
    { prefix: "job4", action: "check", submission: "s4" },
  ]);
});

test("with no marker at all there is nothing to sweep", async () => {
  s3.on(ListObjectsV2Command).resolves({});
  expect(await collect(markers.olderThan(new Date()))).toEqual([]);
});
