import { randomBytes } from "node:crypto";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fileEtag } from "../../../../bucket/etag.ts";
import type { ObjectStore } from "../../../../bucket/object-store.ts";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { UploadStateFolder } from "../../../../bucket/s3/upload-states.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { fail, S3Server } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const size = 2 * SINGLE_PUT_MAX + 5;
let server: S3Server;
let url: string;
let store: ObjectStore;
let states: string;
let path: string;
let bytes: Buffer;

beforeEach(async () => {
  const folder = temporaryFolder();
  states = join(folder, "states");
  path = join(folder, "large");
  bytes = randomBytes(size);
  writeFileSync(path, bytes);
  server = new S3Server();
  url = await server.start();
  store = s3Over(url, { attempts: 5, states: new UploadStateFolder(states) }).store("b");
});
afterEach(() => server.stop());

const stored = () => server.objects.get("k")?.body;
const partsSent = () =>
  server.seen
    .filter((seen) => seen.method === "PUT")
    .map((seen) => Number(seen.query.get("partNumber")))
    .toSorted((a, b) => a - b);

/** Ends an upload after part 1: other parts and further attempts find no server. */
async function interrupt(options = {}) {
  server.intercept = (seen, response) => {
    const number = seen.query.get("partNumber");
    if (number === null || number === "1") return false;
    response.destroy();
    return true;
  };
  await expect(store.putFile(path, "k", size, options)).rejects.toMatchObject({
    name: "NetworkError",
  });
  server.intercept = () => false;
  server.seen.length = 0;
}

test("a large file goes up in parts with the CRC32 of the whole; its ETag is the disk's", async () => {
  let sent = 0;
  const options = { metadata: { mtime: "1.5" }, onBytes: (count: number) => void (sent += count) };
  const etag = await store.putFile(path, "k", size, options);
  expect(etag).toBe(await fileEtag(path, size));
  expect(stored()!.equals(bytes)).toBe(true);
  expect(server.objects.get("k")!.headers["x-amz-meta-mtime"]).toBe("1.5");
  expect(sent).toBe(size);
  const [create] = server.seen;
  expect(create!.headers["x-amz-checksum-algorithm"]).toBe("CRC32");
  expect(create!.headers["x-amz-checksum-type"]).toBe("FULL_OBJECT");
  const complete = server.seen.at(-1)!;
  expect(complete.headers["x-amz-checksum-type"]).toBe("FULL_OBJECT");
  expect(complete.headers["x-amz-mp-object-size"]).toBe(String(size));
  expect(complete.body.toString().match(/<ChecksumCRC32>/g)).toHaveLength(3);
  expect(readdirSync(states)).toEqual([]);
});

test("an interrupted upload is continued, by a new process too", async () => {
  await interrupt();
  expect(server.uploads.size).toBe(1);
  const again = s3Over(url, { states: new UploadStateFolder(states) }).store("b");
  await again.putFile(path, "k", size);
  expect(stored()!.equals(bytes)).toBe(true);
  expect(partsSent()).toEqual([2, 3]);
  expect(server.uploads.size).toBe(0);
  expect(readdirSync(states)).toEqual([]);
});

test("without checksums, parts are compared by their MD5", async () => {
  server.checksums = false;
  await interrupt();
  await store.putFile(path, "k", size);
  expect(partsSent()).toEqual([2, 3]);
});

test("a part that no longer matches the file is sent again", async () => {
  await interrupt();
  bytes[0] = bytes[0]! ^ 1;
  writeFileSync(path, bytes);
  utimesSync(path, 1, 1);
  await store.putFile(path, "k", size);
  expect(partsSent()).toEqual([1, 2, 3]);
  expect(stored()!.equals(bytes)).toBe(true);
});

test("other metadata is another upload; the former one is aborted", async () => {
  await interrupt({ metadata: { mtime: "1" } });
  await store.putFile(path, "k", size, { metadata: { mtime: "2" } });
  expect(partsSent()).toEqual([1, 2, 3]);
  expect(server.uploads.size).toBe(0);
  expect(server.objects.get("k")!.headers["x-amz-meta-mtime"]).toBe("2");
});

test("an upload that is gone begins anew", async () => {
  await interrupt();
  server.uploads.clear();
  await store.putFile(path, "k", size);
  expect(partsSent()).toEqual([1, 2, 3]);
});

test("an upload that goes while it is continued begins anew", async () => {
  await interrupt();
  let left = 1;
  server.intercept = (seen) => {
    if (seen.query.has("partNumber") && left-- > 0) server.uploads.clear();
    return false;
  };
  await store.putFile(path, "k", size);
  expect(stored()!.equals(bytes)).toBe(true);
});

test("a refusal leaves no unfinished upload and no state", async () => {
  server.intercept = (seen, response) =>
    seen.query.has("partNumber") && (fail(response, 403, "AccessDenied"), true);
  await expect(store.putFile(path, "k", size)).rejects.toMatchObject({ name: "AccessDenied" });
  expect(server.uploads.size).toBe(0);
  expect(readdirSync(states)).toEqual([]);
});

test("without a place to remember it, an interrupted upload is aborted", async () => {
  store = s3Over(url, { attempts: 5 }).store("b");
  await interrupt();
  expect(server.uploads.size).toBe(0);
});

test("a file that became shorter is an error, and its upload is aborted", async () => {
  await expect(store.putFile(path, "k", size + 10)).rejects.toMatchObject({ code: "transfer" });
  expect(server.uploads.size).toBe(0);
  expect(server.objects.size).toBe(0);
});

test("an error in a 200 to Complete is an error: repeated when it may pass, else thrown", async () => {
  let left = 2;
  const response = (code: string) => {
    server.intercept = (seen, response) => {
      if (seen.method !== "POST" || seen.query.has("uploads") || left-- <= 0) return false;
      response.writeHead(200, { "content-type": "application/xml" });
      // S3 keeps the connection alive with white space meanwhile.
      response.end(`<?xml version="1.0"?>\n  \n<Error><Code>${code}</Code></Error>`);
      return true;
    };
  };
  response("InternalError");
  await store.putFile(path, "k", size);
  expect(stored()!.equals(bytes)).toBe(true);
  left = 100;
  response("InvalidPart");
  await expect(store.putFile(path, "k", size)).rejects.toMatchObject({
    name: "InvalidPart",
    $metadata: { httpStatusCode: 200 },
  });
});

test("a Complete that was done although its response was lost has succeeded", async () => {
  let left = 1;
  server.intercept = (seen, response) => {
    if (seen.method !== "POST" || seen.query.has("uploads") || left-- <= 0) return false;
    // The server does it; the answer is lost.
    response.writeHead = () => response;
    response.end = () => response.destroy();
    return false;
  };
  expect(await store.putFile(path, "k", size)).toBe(await fileEtag(path, size));
});

test("a server that knows checksums of parts only gets those, from a new process too", async () => {
  server.checksumType = "COMPOSITE";
  await store.putFile(path, "k", size);
  expect(stored()?.equals(bytes)).toBe(true);
  server.objects.clear();
  await interrupt();
  await store.putFile(path, "k", size);
  expect(stored()?.equals(bytes)).toBe(true);
});

test("an upload that S3 calls damaged is not continued for ever", async () => {
  server.intercept = (seen, response) => {
    if (seen.method !== "POST" || !seen.query.has("uploadId")) return false;
    fail(response, 400, "BadDigest");
    return true;
  };
  await expect(store.putFile(path, "k", size)).rejects.toMatchObject({ name: "BadDigest" });
  expect([server.uploads.size, readdirSync(states)]).toEqual([0, []]);
});

test("parts are sent eight at a time at most", async () => {
  const many = 12 * SINGLE_PUT_MAX;
  writeFileSync(path, Buffer.alloc(many));
  await store.putFile(path, "k", many);
  expect(server.busiest).toBeLessThanOrEqual(8);
});
