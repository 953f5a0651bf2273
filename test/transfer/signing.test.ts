import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { fileEtag } from "../../bucket/etag.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { SINGLE_PUT_MAX } from "../../bucket/part-size.ts";
import { S3, type S3Access } from "../../bucket/s3/s3.ts";
import { UploadStateFolder } from "../../bucket/s3/upload-states.ts";
import { collect } from "../support/collect.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS, Versitygw } from "./versitygw.ts";

/** Keys that are escaped in a path, in a query or in both. */
const KEYS = [
  ["a b", "a  b", "a+b", "a%b", "a%20b", "a%2Fb", "a&b=c", "a~b", "a'b", "a(b)c", "a*b"],
  ["q?x=1#f", "semi;colon", "comma,at@colon:", "a!b$c", '"quoted"', "<tag>", "back\\slash"],
  ["[list]{of}|^`", "日本語/ü/é", "e\u0301", "😀", "tab\tcr\rnl\n", "-", "_.", "A"],
].flat();

/** Keys that signing must not tidy; the server keeps its objects as files, where these are one. */
const UNTIDY = ["a//b", "./a", "a/./b", "a/../c", "/a"];

/** 0.0.0.0 reaches this machine, but is not known for it: payloads are signed there. */
const WAYS = [
  ["TLS", true, "127.0.0.1"],
  ["HTTP on this machine", false, "127.0.0.1"],
  ["HTTP with signed payloads", false, "0.0.0.0"],
] as const;

describe.each(WAYS)("over %s", (_, tls, host) => {
  const folder = temporaryFolder();
  let server: Versitygw;
  let store: ObjectStore;

  const s3 = (more: S3Access = {}) =>
    new S3({
      region: "us-east-1",
      endpointUrl: `${tls ? "https" : "http"}://${host}:${server.port}`,
      credentials: CREDENTIALS,
      ca: async () => server.ca,
      ...more,
    });

  beforeAll(async () => {
    server = await Versitygw.start(folder, tls);
    store = s3().store("bucket");
  });
  afterAll(() => server.stop());

  const textOf = async (key: string) => {
    const got = await store.get(key);
    return got && (await buffer(got.body)).toString();
  };

  test("keys of every kind are put, listed, read and deleted", async () => {
    for (const key of KEYS) await store.put(`keys/${key}`, key, { metadata: { note: "a  b" } });
    const listed = await collect(store.list("keys/"));
    expect(listed.map(({ key }) => key).toSorted()).toEqual(
      KEYS.map((key) => `keys/${key}`).toSorted(),
    );
    for (const key of KEYS) expect(await textOf(`keys/${key}`)).toBe(key);
    for (const key of KEYS) {
      const [entry] = await collect(store.list(`keys/${key}`));
      expect(entry!.key.startsWith(`keys/${key}`)).toBe(true);
      await store.delete(`keys/${key}`);
    }
    expect(await collect(store.list("keys/"))).toEqual([]);
  });

  test("keys that look untidy are signed as they are", async () => {
    for (const key of UNTIDY) {
      await store.put(`untidy/${key}`, key);
      expect(await textOf(`untidy/${key}`)).toBe(key);
      await store.delete(`untidy/${key}`);
    }
    await store.put("untidy/folder/", "");
    expect(await textOf("untidy/folder/")).toBe("");
    const [entry] = await collect(store.list("untidy/", { delimiter: "/" }));
    expect(entry).toEqual({ commonPrefix: "untidy/folder/" });
  });

  test("the server does verify: another secret is refused", async () => {
    const credentials = { ...CREDENTIALS, secretAccessKey: "other" };
    await expect(s3({ credentials }).store("bucket").put("k", "x")).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("conditions, ranges and absent objects are answered as the port promises", async () => {
    const etag = await store.put("c", "0123456789", { metadata: { mode: "0644" } });
    expect(await store.put("c", "x", { ifMatch: "0".repeat(32) })).toBeUndefined();
    expect(await store.get("c", { ifMatch: "0".repeat(32) })).toBeUndefined();
    const got = await store.get("c", { range: { start: 3, end: 5 }, ifMatch: etag! });
    expect((await buffer(got!.body)).toString()).toBe("34");
    expect(got).toMatchObject({ size: 10, etag, metadata: { mode: "0644" } });
    const end = await store.get("c", { range: { start: 10 } });
    expect(end).toMatchObject({ size: 10, etag });
    expect(await store.get("absent")).toBeUndefined();
    await expect(s3().store("absent").get("k")).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  test("many small files are put and read at once", async () => {
    const names = Array.from({ length: 300 }, (__, index) => `many/${index}`);
    await Promise.all(names.map((name) => store.put(name, name)));
    expect(await Promise.all(names.map(textOf))).toEqual(names);
    expect(await collect(store.list("many/"))).toHaveLength(300);
  });

  test("a large file goes up in parts, also after an interruption, and comes back", async () => {
    const path = join(folder, "large");
    const bytes = randomBytes(3 * SINGLE_PUT_MAX + 1234);
    writeFileSync(path, bytes);
    const states = new UploadStateFolder(join(folder, "states"));
    let sent = 0;
    const failing = s3({ states }).store("bucket");
    const interrupted = failing.putFile(path, "large key", bytes.length, {
      metadata: { mtime: "1.5" },
      onBytes: (count) => {
        sent += count;
        throw Object.assign(new Error("the line went down"), { name: "CredentialsProviderError" });
      },
    });
    await expect(interrupted).rejects.toThrow("the line went down");
    expect(sent).toBeGreaterThan(0);
    const etag = await s3({ states })
      .store("bucket")
      .putFile(path, "large key", bytes.length, { metadata: { mtime: "1.5" } });
    expect(etag).toBe(await fileEtag(path, bytes.length));
    const back = join(folder, "back");
    const fetched = await store.getFile("large key", back, { size: bytes.length, etag });
    expect(fetched).toMatchObject({ etag, metadata: { mtime: "1.5" }, verified: "crc32" });
    expect(readFileSync(back).equals(bytes)).toBe(true);
  });

  // The SDK has no way to be told of a certificate but NODE_EXTRA_CA_CERTS, before Node.js starts.
  if (!tls)
    test("the SDK reads what this store has written, and the other way round", async () => {
      const sdk = new S3Client({
        region: "us-east-1",
        endpoint: `http://127.0.0.1:${server.port}`,
        forcePathStyle: true,
        credentials: CREDENTIALS,
      });
      for (const Key of KEYS) {
        await store.put(`ours/${Key}`, Key);
        const got = await sdk.send(new GetObjectCommand({ Bucket: "bucket", Key: `ours/${Key}` }));
        expect(await got.Body!.transformToString()).toBe(Key);
        await sdk.send(new PutObjectCommand({ Bucket: "bucket", Key: `theirs/${Key}`, Body: Key }));
        expect(await textOf(`theirs/${Key}`)).toBe(Key);
      }
      sdk.destroy();
    });
});
