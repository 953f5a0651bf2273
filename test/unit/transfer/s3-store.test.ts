import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { fileEtag } from "../../../transfer/etag.ts";
import { partSize, SINGLE_PUT_MAX } from "../../../transfer/part-size.ts";
import { S3Store } from "../../../transfer/s3-store.ts";
import { collect } from "../../support/collect.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const s3 = mockClient(S3Client);
const store = new S3Store(new S3Client({ region: "us-east-1" }), "b");
const folder = temporaryFolder();
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

beforeEach(() => void s3.reset());

test("a listing is read page by page, its keys decoded", async () => {
  s3.on(ListObjectsV2Command, { ContinuationToken: undefined }).resolves({
    IsTruncated: true,
    NextContinuationToken: "t",
    Contents: [{ Key: "job/a+b%2Bc%0A%E6%97%A5", Size: 3, ETag: '"e"' }],
  });
  s3.on(ListObjectsV2Command, { ContinuationToken: "t" }).resolves({
    Contents: [{ Key: "job/z" }],
  });
  expect(await collect(store.list("job/"))).toEqual([
    { key: "job/a b+c\n日", size: 3, etag: "e", lastModified: undefined },
    { key: "job/z", size: 0, etag: "", lastModified: undefined },
  ]);
});

test("a missing object and a failed condition are undefined, other errors are thrown", async () => {
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: "", $metadata: {} }));
  expect(await store.get("k")).toBeUndefined();
  for (const httpStatusCode of [404, 409, 412]) {
    const failure = new S3ServiceException({
      name: "E",
      $fault: "client",
      $metadata: { httpStatusCode },
    });
    s3.on(PutObjectCommand).rejects(failure);
    expect(await store.put("k", "x", { ifMatch: "e" })).toBeUndefined();
    await expect(store.put("k", "x")).rejects.toBe(failure);
  }
});

test("a large file goes up in parts, and its ETag is the one computed from the disk", async () => {
  const bytes = Buffer.alloc(2 * SINGLE_PUT_MAX + 5, "x");
  const path = join(folder, "large");
  writeFileSync(path, bytes);
  const digests: Buffer[] = [];
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: "u" });
  s3.on(UploadPartCommand).callsFake((input: { PartNumber: number; Body: Buffer }) => {
    digests[input.PartNumber - 1] = md5(input.Body);
    return { ETag: `"${input.PartNumber}"` };
  });
  s3.on(CompleteMultipartUploadCommand).callsFake(() => ({
    ETag: `"${md5(Buffer.concat(digests)).toString("hex")}-${digests.length}"`,
  }));
  expect(await store.putFile(path, "k", bytes.length)).toBe(await fileEtag(path, bytes.length));
  const parts = s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input.MultipartUpload
    ?.Parts;
  expect(parts?.map((part) => part.PartNumber)).toEqual([1, 2, 3]);
});

test("parts that fail leave no unfinished upload", async () => {
  const path = join(folder, "failing");
  writeFileSync(path, Buffer.alloc(SINGLE_PUT_MAX + 1));
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: "u" });
  s3.on(UploadPartCommand).rejects(new Error("reset"));
  s3.on(AbortMultipartUploadCommand).resolves({});
  await expect(store.putFile(path, "k", SINGLE_PUT_MAX + 1)).rejects.toThrow("reset");
  expect(s3.commandCalls(AbortMultipartUploadCommand)).toHaveLength(1);
});

test("a file that became shorter is an error, not a torn object", async () => {
  const path = join(folder, "short");
  writeFileSync(path, "12345");
  await expect(store.putFile(path, "k", 10)).rejects.toMatchObject({ code: "transfer" });
  expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
});

test("the part size keeps within 10,000 parts up to 5 TiB", () => {
  expect(partSize(SINGLE_PUT_MAX)).toBeUndefined();
  for (const size of [SINGLE_PUT_MAX + 1, 1e9, 1e12, 5 * 2 ** 40]) {
    const part = partSize(size) ?? 0;
    expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000);
    expect(part).toBeGreaterThanOrEqual(5 * 2 ** 20);
  }
});
