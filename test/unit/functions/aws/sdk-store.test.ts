import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { sdkStreamMixin } from "@smithy/core/serde";
import { mockClient } from "aws-sdk-client-mock";
import { SdkStore } from "../../../../functions/aws/sdk-store.ts";
import { parseEncryption } from "../../../../protocol/encryption.ts";
import { collect } from "../../../support/collect.ts";

const s3 = mockClient(S3Client);
const store = new SdkStore(new S3Client({ region: "us-east-1" }), "b");
const body = (content: string) => sdkStreamMixin(Readable.from([Buffer.from(content)]));
const failure = (httpStatusCode: number, name = "E") =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode } });
beforeEach(() => void s3.reset());

test("objects are written with the encryption of the stack, and without any where it has none", async () => {
  const key = "arn:aws:kms:us-east-1:111122223333:key/k";
  const encryption = parseEncryption(`aws:kms:${key}`);
  s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
  await new SdkStore(new S3Client({ region: "us-east-1" }), "b", encryption).put("k", "x");
  await store.put("k", "x");
  const [encrypted, plain] = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);
  expect(encrypted).toMatchObject({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key });
  expect(plain!.ServerSideEncryption ?? plain!.SSEKMSKeyId).toBeUndefined();
});

describe("get", () => {
  test("reads an object, and what S3 knows of it", async () => {
    const LastModified = new Date();
    s3.on(GetObjectCommand, { Bucket: "b", Key: "k" }).resolves({
      Body: body("content"),
      ContentLength: 7,
      ETag: '"e"',
      VersionId: "v",
      LastModified,
      Metadata: { submission: "s" },
    });
    const { body: stream, ...facts } = (await store.get("k"))!;
    expect(facts).toEqual({
      size: 7,
      etag: "e",
      versionId: "v",
      lastModified: LastModified,
      metadata: { submission: "s" },
    });
    expect(await text(stream)).toBe("content");
  });

  test.each([new NoSuchKey({ message: "", $metadata: { httpStatusCode: 404 } }), failure(404)])(
    "is undefined when there is no such object (%s)",
    async (error) => {
      s3.on(GetObjectCommand).rejects(error);
      expect(await store.get("k")).toBeUndefined();
    },
  );

  test.each([failure(503), failure(403, "AccessDenied"), failure(404, "NoSuchBucket")])(
    "throws when S3 cannot tell (%s)",
    async (error) => {
      s3.on(GetObjectCommand).rejects(error);
      await expect(store.get("k")).rejects.toBe(error);
    },
  );
});

describe("put", () => {
  const sent = () => s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input);

  test("writes whatever is there, without a condition", async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"new"' });
    const options = { contentType: "text/plain", metadata: { m: "1" } };
    expect(await store.put("k", "x", options)).toBe("new");
    expect(sent()).toEqual([
      { Bucket: "b", Key: "k", Body: "x", ContentType: "text/plain", Metadata: { m: "1" } },
    ]);
  });

  test("tells S3 the condition: an ETag with its quotes, or that there is none", async () => {
    s3.on(PutObjectCommand).resolves({});
    await store.put("k", "x", { ifMatch: "e" });
    await store.put("k", "x", { ifAbsent: true });
    expect(sent()).toEqual([
      expect.objectContaining({ IfMatch: '"e"' }),
      expect.objectContaining({ IfNoneMatch: "*" }),
    ]);
  });

  test.each([404, 409, 412])("is undefined when the condition does not hold (%d)", async (code) => {
    s3.on(PutObjectCommand).rejects(failure(code));
    expect(await store.put("k", "x", { ifMatch: "e" })).toBeUndefined();
    expect(await store.put("k", "x", { ifAbsent: true })).toBeUndefined();
    await expect(store.put("k", "x")).rejects.toThrow(S3ServiceException);
  });

  test.each([failure(503), failure(404, "NoSuchBucket"), new Error("connect ETIMEDOUT")])(
    "throws what S3 says otherwise, so that Lambda repeats it (%s)",
    async (error) => {
      s3.on(PutObjectCommand).rejects(error);
      await expect(store.put("k", "x", { ifMatch: "e" })).rejects.toBe(error);
      await expect(store.put("k", "x", { ifAbsent: true })).rejects.toBe(error);
    },
  );
});

test("delete takes away this object only", async () => {
  s3.on(DeleteObjectCommand).resolves({});
  await store.delete("k");
  expect(s3.commandCalls(DeleteObjectCommand).map((call) => call.args[0].input)).toEqual([
    { Bucket: "b", Key: "k" },
  ]);
});

describe("versions", () => {
  test("come from every page, with delete markers, and keys are decoded", async () => {
    const LastModified = new Date();
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [
          { Key: "p/a+b", VersionId: "v1", IsLatest: true, Size: 3, ETag: '"e"', LastModified },
        ],
        IsTruncated: true,
        NextKeyMarker: "p/a+b",
        NextVersionIdMarker: "v1",
      })
      .resolvesOnce({
        DeleteMarkers: [{ Key: "p/c", VersionId: "v2", IsLatest: true, LastModified }],
      });
    const [first, second] = await collect(store.versions("p/"));
    const common = { isLatest: true, lastModified: LastModified };
    expect(first).toEqual([
      { ...common, key: "p/a b", versionId: "v1", isMarker: false, size: 3, etag: "e" },
    ]);
    expect(second).toEqual([
      { ...common, key: "p/c", versionId: "v2", isMarker: true, size: 0, etag: "" },
    ]);
    const [, call] = s3.commandCalls(ListObjectVersionsCommand);
    expect(call!.args[0].input).toMatchObject({ KeyMarker: "p/a b", VersionIdMarker: "v1" });
  });

  test("are removed a thousand at a time; what S3 refuses is told", async () => {
    s3.on(DeleteObjectsCommand)
      .resolvesOnce({})
      .resolvesOnce({
        Errors: [{ Key: "k1000", VersionId: "v", Code: "AccessDenied", Message: "no" }],
      });
    const removals = Array.from({ length: 1001 }, (_, at) => ({ key: `k${at}`, versionId: "v" }));
    expect(await store.deleteMany(removals)).toEqual([
      { key: "k1000", versionId: "v", code: "AccessDenied", message: "no" },
    ]);
    const counts = s3
      .commandCalls(DeleteObjectsCommand)
      .map(({ args }) => args[0].input.Delete?.Objects?.length);
    expect(counts).toEqual([1000, 1]);
  });
});

describe("list", () => {
  test("gives the objects of every page", async () => {
    const LastModified = new Date();
    s3.on(ListObjectsV2Command, { Bucket: "b", Prefix: "p/" })
      .resolvesOnce({
        Contents: [{ Key: "p/1", Size: 3, ETag: '"e"', LastModified }],
        IsTruncated: true,
        NextContinuationToken: "more",
      })
      .resolvesOnce({ Contents: [{ Key: "p/2" }] });
    expect(await collect(store.list("p/"))).toEqual([
      { key: "p/1", size: 3, etag: "e", lastModified: LastModified },
      { key: "p/2", size: 0, etag: "", lastModified: undefined },
    ]);
    expect(s3.commandCalls(ListObjectsV2Command)[1]?.args[0].input.ContinuationToken).toBe("more");
  });

  test("with a delimiter gives what lies beyond it as one", async () => {
    s3.on(ListObjectsV2Command, { Bucket: "b", Delimiter: "/" }).resolves({
      CommonPrefixes: [{ Prefix: "job1/" }],
      Contents: [{ Key: "readme.txt" }],
    });
    expect(await collect(store.list("", { delimiter: "/" }))).toEqual([
      expect.objectContaining({ key: "readme.txt" }),
      { commonPrefix: "job1/" },
    ]);
  });

  test.each([
    ["is cut without a token", [{ IsTruncated: true, Contents: [{ Key: "p/1" }] }]],
    [
      "gives its token again",
      [
        { IsTruncated: true, NextContinuationToken: "t", Contents: [{ Key: "p/1" }] },
        { IsTruncated: true, NextContinuationToken: "t", Contents: [{ Key: "p/2" }] },
      ],
    ],
    [
      "goes back",
      [
        { IsTruncated: true, NextContinuationToken: "t", Contents: [{ Key: "p/1" }] },
        { Contents: [{ Key: "p/1" }] },
      ],
    ],
    ["is of another prefix", [{ Contents: [{ Key: "q/1" }] }]],
  ])("throws when the listing %s", async (_, pages) => {
    const answers = s3.on(ListObjectsV2Command);
    for (const page of pages) answers.resolvesOnce(page);
    await expect(collect(store.list("p/"))).rejects.toMatchObject({
      name: expect.stringMatching(/^(UnsoundListing|MalformedResponse)$/),
    });
  });

  test("of an empty bucket is empty", async () => {
    s3.on(ListObjectsV2Command).resolves({});
    expect(await collect(store.list(""))).toEqual([]);
  });
});

describe("page", () => {
  const one = (Key: string) => ({ Contents: [{ Key, Size: 1, ETag: '"e"' }], IsTruncated: false });

  test("lists on after a key, and decodes what XML cannot carry", async () => {
    s3.on(ListObjectsV2Command).resolves(one("b%01%0D+%2B%25/%F0%9F%98%80"));
    const page = await store.page({ after: "a\u0001" });
    expect(page.objects.map(({ key }) => key)).toEqual(["b\u0001\r +%/\u{1F600}"]);
    expect(page.next).toBeUndefined();
    const [call] = s3.commandCalls(ListObjectsV2Command);
    expect(call!.args[0].input).toEqual({
      Bucket: "b",
      EncodingType: "url",
      StartAfter: "a\u0001",
    });
  });

  test("goes on by token, and from the first key on", async () => {
    s3.on(ListObjectsV2Command).resolves({
      ...one("b"),
      IsTruncated: true,
      NextContinuationToken: "t",
    });
    expect(await store.page({ after: "" })).toMatchObject({ next: "t" });
    await store.page({ after: "", token: "t" });
    const inputs = s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input);
    expect(inputs).toEqual([
      { Bucket: "b", EncodingType: "url" },
      { Bucket: "b", EncodingType: "url", ContinuationToken: "t" },
    ]);
  });

  test("refuses a page that goes back: a server that does not know start-after", async () => {
    s3.on(ListObjectsV2Command).resolves(one("a"));
    await expect(store.page({ after: "b" })).rejects.toThrow("goes back");
  });
});
