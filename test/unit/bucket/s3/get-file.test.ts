import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ObjectStore } from "../../../../bucket/object-store.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { S3Server, type SeenRequest } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const RANGE = 8 << 20;
const size = 3 * RANGE + 7;
let server: S3Server;
let store: ObjectStore;
let path: string;

beforeEach(async () => {
  server = new S3Server();
  store = s3Over(await server.start(), { attempts: 5 }).store("b");
  path = join(temporaryFolder(), "part");
});
afterEach(() => server.stop());

const rangesAsked = () =>
  server.seen
    .filter((seen) => seen.method === "GET" && seen.headers.range !== undefined)
    .map((seen) => Number(/\d+/.exec(String(seen.headers.range))) / RANGE)
    .toSorted((a, b) => a - b);

/** Answers a GET with so many bytes of what was asked for, and then resets. */
function cut(seen: SeenRequest, response: ServerResponse, bytes: number) {
  const { body, etag, headers } = server.objects.get(seen.key)!;
  const [from = 0, to = body.length - 1] = [...(seen.headers.range ?? "").matchAll(/\d+/g)].map(
    Number,
  );
  response.writeHead(206, {
    ...headers,
    etag: `"${etag}"`,
    "content-length": to + 1 - from,
    "content-range": `bytes ${from}-${to}/${body.length}`,
  });
  response.write(body.subarray(from, from + bytes), () => response.destroy());
  return true;
}

/** Resets the connection of every GET but that of the first range. */
function breakAfterFirstRange() {
  server.intercept = (seen, response) =>
    seen.method === "GET" && !/=0-/.test(seen.headers.range ?? "") && (response.destroy(), true);
}

test("looking at an object first leaves no connection behind", async () => {
  server.put("k", randomBytes(10));
  const ports = new Set<number | undefined>();
  server.intercept = (_seen, response) => void ports.add(response.req.socket.remotePort);
  for (let time = 0; time < 3; time++) await store.getFile("k", path);
  expect(server.seen.map(({ method }) => method)).toEqual([
    "HEAD",
    "GET",
    "HEAD",
    "GET",
    "HEAD",
    "GET",
  ]);
  expect(ports.size).toBe(1);
});

test("a large object comes in ranges of one version, and is compared with its CRC32", async () => {
  const body = randomBytes(size);
  const { etag } = server.put("k", body, { "x-amz-meta-mode": "0755" });
  let came = 0;
  const fetched = await store.getFile("k", path, { size, onBytes: (n) => void (came += n) });
  expect(fetched).toMatchObject({ size, etag, metadata: { mode: "0755" }, verified: "crc32" });
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(came).toBe(size);
  expect(rangesAsked()).toEqual([0, 1, 2, 3]);
  for (const seen of server.seen.slice(1)) expect(seen.headers["if-match"]).toBe(`"${etag}"`);
});

test("an object of unknown size is asked about first", async () => {
  server.put("k", Buffer.from("small"));
  expect(await store.getFile("k", path)).toMatchObject({ size: 5, verified: "crc32" });
  expect(server.seen.map((seen) => seen.method)).toEqual(["HEAD", "GET"]);
});

test("a response that breaks off goes on after its last byte", async () => {
  const small = randomBytes(1000);
  server.put("small", small);
  server.put("large", randomBytes(size));
  let left = 3;
  server.intercept = (seen, response) =>
    seen.method === "GET" && left-- > 0 && cut(seen, response, 100);
  await store.getFile("small", path, { size: 1000 });
  expect(server.seen.map((seen) => seen.headers.range)).toEqual([
    undefined,
    "bytes=100-999",
    "bytes=200-999",
    "bytes=300-999",
  ]);
  expect(readFileSync(path).equals(small)).toBe(true);
  left = 3;
  await store.getFile("large", path, { size });
  expect(readFileSync(path).equals(server.objects.get("large")!.body)).toBe(true);
});

test("an interrupted download is continued with the ranges that are missing", async () => {
  const body = randomBytes(size);
  server.put("k", body);
  breakAfterFirstRange();
  await expect(store.getFile("k", path, { size })).rejects.toMatchObject({ name: "NetworkError" });
  server.intercept = () => false;
  server.seen.length = 0;
  const fetched = await store.getFile("k", path, { size });
  expect(fetched).toMatchObject({ verified: "crc32" });
  expect(readFileSync(path).equals(body)).toBe(true);
  expect(rangesAsked()).toEqual([1, 2, 3]);
});

test.each([
  ["of another version", () => void server.put("k", randomBytes(size))],
  ["that says nothing", () => writeFileSync(path, randomBytes(size + 90))],
  ["that is too short", () => writeFileSync(path, "x")],
])("what is left %s is not used", async (_, change) => {
  server.put("k", randomBytes(size));
  breakAfterFirstRange();
  await expect(store.getFile("k", path, { size })).rejects.toThrow();
  server.intercept = () => false;
  change();
  server.seen.length = 0;
  await store.getFile("k", path, { size });
  expect(rangesAsked()).toEqual([0, 1, 2, 3]);
  expect(readFileSync(path).equals(server.objects.get("k")!.body)).toBe(true);
});

test("bytes that are no longer what came are found by the checksum, and all is fetched anew", async () => {
  server.put("k", randomBytes(size));
  breakAfterFirstRange();
  await expect(store.getFile("k", path, { size })).rejects.toThrow();
  server.intercept = () => false;
  const there = readFileSync(path);
  there[5] = there[5]! ^ 1;
  writeFileSync(path, there);
  await store.getFile("k", path, { size });
  expect(readFileSync(path).equals(server.objects.get("k")!.body)).toBe(true);
});

test.each([
  ["small", 100],
  ["large", size],
])("a %s object that does not match its checksum twice is an error", async (_, length) => {
  server.put("k", randomBytes(length), { "x-amz-checksum-crc32": "AAAAAA==" });
  await expect(store.getFile("k", path, { size: length })).rejects.toMatchObject({
    code: "transfer",
    message: expect.stringContaining("k:"),
  });
  expect(server.count("GET")).toBe(length === size ? 8 : 2);
});

test("an object that matches the second time is fetched", async () => {
  const right = server.put("k", randomBytes(100)).headers;
  let left = 1;
  server.intercept = () => {
    const held = server.objects.get("k")!;
    held.headers = left-- > 0 ? { ...right, "x-amz-checksum-crc32": "AAAAAA==" } : right;
    return false;
  };
  expect(await store.getFile("k", path, { size: 100 })).toMatchObject({ verified: "crc32" });
});

test("an object that is replaced while it is read is fetched as it is then", async () => {
  server.put("k", randomBytes(size));
  let left = 1;
  server.intercept = (seen) => {
    if (/=0-/.test(seen.headers.range ?? "") && left-- > 0) server.put("k", Buffer.from("new"));
    return false;
  };
  const fetched = await store.getFile("k", path, { size, etag: "whatever" });
  expect(fetched).toMatchObject({ size: 3 });
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(await store.getFile("k", path, { size: 3, etag: "older" })).toMatchObject({ size: 3 });
});

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

test.each([
  ["an MD5", 100, (body: Buffer) => md5(body).toString("hex"), {}, "md5"],
  ["an MD5 of a large object", size, (body: Buffer) => md5(body).toString("hex"), {}, "md5"],
  [
    "the MD5 of parts of our size",
    size,
    (body: Buffer) => {
      const parts = [0, 1, 2, 3].map((n) => md5(body.subarray(n * RANGE, (n + 1) * RANGE)));
      return `${md5(Buffer.concat(parts)).toString("hex")}-4`;
    },
    {},
    "md5",
  ],
  ["the MD5 of other parts", size, () => `${"a".repeat(32)}-4`, {}, "size"],
  ["the MD5 of more parts", size, () => `${"a".repeat(32)}-9`, {}, "size"],
  [
    "anything, with a key of KMS",
    100,
    () => "a".repeat(32),
    { "x-amz-server-side-encryption": "aws:kms" },
    "size",
  ],
  ["an opaque ETag", 100, () => "opaque", {}, "size"],
  [
    "a CRC32 of CRC32s",
    100,
    (body: Buffer) => md5(body).toString("hex"),
    { "x-amz-checksum-crc32": "AAAAAA==-2", "x-amz-checksum-type": "COMPOSITE" },
    "md5",
  ],
] as const)("verified by %s", async (_, length, etagOf, headers, verified) => {
  server.checksums = false;
  const body = randomBytes(length);
  const held = server.put("k", body, headers);
  held.etag = etagOf(body);
  expect(await store.getFile("k", path, { size: length })).toMatchObject({ verified });
});

test("an MD5 that does not match is an error", async () => {
  server.checksums = false;
  server.put("k", randomBytes(100)).etag = "a".repeat(32);
  await expect(store.getFile("k", path, { size: 100 })).rejects.toMatchObject({ code: "transfer" });
});

test("a server that knows no ranges serves, too", async () => {
  const body = randomBytes(size);
  server.put("k", body);
  server.intercept = (seen) => {
    delete seen.headers.range;
    return false;
  };
  await store.getFile("k", path, { size });
  expect(readFileSync(path).equals(body)).toBe(true);
});

test("a symbolic link in the file's place is not followed", async () => {
  server.put("k", randomBytes(10));
  const target = `${path}-target`;
  symlinkSync(target, path);
  await expect(store.getFile("k", path, { size: 10 })).rejects.toMatchObject({ code: "ELOOP" });
  expect(existsSync(target)).toBe(false);
});

test("what a former, longer download left does not stay behind a smaller object", async () => {
  writeFileSync(path, Buffer.alloc(50));
  server.put("k", Buffer.alloc(0));
  expect(await store.getFile("k", path, { size: 0 })).toMatchObject({ size: 0 });
  expect(statSync(path).size).toBe(0);
});
