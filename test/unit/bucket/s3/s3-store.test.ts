import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fileEtag } from "../../../../bucket/etag.ts";
import type { ObjectStore } from "../../../../bucket/object-store.ts";
import { partSize, SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import type { S3Access } from "../../../../bucket/s3/s3.ts";
import { S3_TIMEOUTS } from "../../../../bucket/s3/s3-timeouts.ts";
import { collect } from "../../../support/collect.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { fail, S3Server } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const folder = temporaryFolder();
const waits: number[] = [];
let server: S3Server;
let store: ObjectStore;
let url: string;

/** S3 at the server, which keeps the waits in mind that it would have made. */
const access = (more: S3Access = {}) =>
  s3Over(url, {
    clock: { now: Date.now, sleep: async (ms) => void waits.push(ms), random: () => 1 },
    ...more,
  });

beforeEach(async () => {
  waits.length = 0;
  server = new S3Server();
  url = await server.start();
  store = access().store("b");
});
afterEach(() => server.stop());

const body = async (key: string) => (await buffer((await store.get(key))!.body)).toString();

test("what is put comes back, with its metadata", async () => {
  const etag = await store.put("k", "content", {
    contentType: "text/plain",
    metadata: { Mode: "0644", note: "a  b" },
  });
  expect(etag).toBe(createHash("md5").update("content").digest("hex"));
  const got = await store.get("k");
  expect(await buffer(got!.body)).toEqual(Buffer.from("content"));
  expect(got).toMatchObject({ size: 7, etag, metadata: { mode: "0644", note: "a  b" } });
  expect(got!.lastModified).toEqual(new Date("2026-11-24T10:00:00Z"));
  expect(server.seen[0]!.headers["content-type"]).toBe("text/plain");
  expect(server.seen[0]!.headers["x-amz-content-sha256"]).toBe("UNSIGNED-PAYLOAD");
});

test("an empty object is put and read", async () => {
  await store.put("empty", "");
  expect(server.seen[0]!.headers["content-length"]).toBe("0");
  expect(await body("empty")).toBe("");
});

test("a listing is read page by page, its keys decoded", async () => {
  for (const key of ["job/a b+c\n日", "job/b/1", "job/b/2", "job/c", "other"])
    server.put(key, Buffer.from(key));
  const keys = async (...how: [] | [{ delimiter: string }]) =>
    (await collect(store.list("job/", ...(how as [{ delimiter: string }])))).map((entry) =>
      "commonPrefix" in entry ? entry.commonPrefix : entry.key,
    );
  expect(await keys()).toEqual(["job/a b+c\n日", "job/b/1", "job/b/2", "job/c"]);
  expect(await keys({ delimiter: "/" })).toEqual(["job/a b+c\n日", "job/b/", "job/c"]);
  expect(server.seen).toHaveLength(4);
  const [first] = await collect(store.list("job/c"));
  expect(first).toEqual({
    key: "job/c",
    size: 5,
    etag: createHash("md5").update("job/c").digest("hex"),
    lastModified: new Date("2026-11-24T10:00:00Z"),
  });
});

test("ranges: a piece, the rest, and nothing at the end", async () => {
  server.put("k", Buffer.from("0123456789"));
  const read = async (start: number, end?: number) => {
    const got = await store.get("k", { range: end === undefined ? { start } : { start, end } });
    return [(await buffer(got!.body)).toString(), got!.size];
  };
  expect(await read(2, 5)).toEqual(["234", 10]);
  expect(await read(7)).toEqual(["789", 10]);
  expect(await read(10)).toEqual(["", 10]);
  expect(await read(99)).toEqual(["", 10]);
});

test("a stream that nobody reads to its end frees its connection", async () => {
  server.put("large", randomBytes(4 << 20));
  for (const _ of Array(40)) (await store.get("large"))!.body.destroy();
  const got = await store.get("large");
  expect((await buffer(got!.body)).length).toBe(4 << 20);
});

test("a missing object and a failed condition are undefined, other errors are thrown", async () => {
  expect(await store.get("absent")).toBeUndefined();
  expect(await store.getFile("absent", join(folder, "absent"), { size: 3 })).toBeUndefined();
  expect(await store.getFile("absent", join(folder, "absent"))).toBeUndefined();
  server.put("k", Buffer.from("x"));
  expect(await store.get("k", { ifMatch: "other" })).toBeUndefined();
  expect(await store.put("k", "y", { ifMatch: "other" })).toBeUndefined();
  expect(await store.put("absent", "y", { ifMatch: "other" })).toBeUndefined();
  for (const status of [404, 409, 412]) {
    server.intercept = (_, response) => (fail(response, status, "E"), true);
    expect(await store.put("k", "y", { ifMatch: "e" })).toBeUndefined();
    await expect(store.put("k", "y")).rejects.toMatchObject({
      name: "E",
      $metadata: { httpStatusCode: status },
    });
  }
  server.intercept = (_, response) => (fail(response, 404, "NoSuchBucket"), true);
  await expect(store.get("k")).rejects.toMatchObject({ name: "NoSuchBucket" });
  await expect(store.put("k", "y", { ifMatch: "e" })).rejects.toThrow("said the test");
});

test.each([
  ["503 SlowDown", 503, "SlowDown", [500, 1000]],
  ["500", 500, "InternalError", [50, 100]],
  ["429", 429, "TooManyRequests", [500, 1000]],
  ["a throttling code", 400, "RequestThrottled", [500, 1000]],
  ["BadDigest", 400, "BadDigest", [50, 100]],
])("%s is tried again, each time after longer", async (_, status, code, delays) => {
  let left = 2;
  server.intercept = (_seen, response) => left-- > 0 && (fail(response, status, code), true);
  await store.put("k", "x");
  expect(server.objects.get("k")!.body.toString()).toBe("x");
  expect(waits).toEqual(delays);
});

test("attempts are bounded, and the last error is S3's", async () => {
  server.intercept = (_, response) => (fail(response, 503, "SlowDown"), true);
  await expect(store.put("k", "x")).rejects.toMatchObject({
    name: "SlowDown",
    $metadata: { httpStatusCode: 503 },
  });
  expect(server.seen).toHaveLength(5);
});

test("a refusal is not tried again", async () => {
  server.intercept = (_, response) => (fail(response, 403, "AccessDenied"), true);
  await expect(store.get("k")).rejects.toMatchObject({ name: "AccessDenied" });
  expect(server.seen).toHaveLength(1);
});

test("resets are tried again", async () => {
  let left = 2;
  server.intercept = (_, response) => left-- > 0 && (response.destroy(), true);
  await store.put("k", "x");
  expect(server.seen).toHaveLength(3);
});

test("a server that never responses is given up, in bounded time", async () => {
  server.intercept = () => true;
  const timeouts = { connectionTimeout: 5000, socketTimeout: 100, bodySentTimeout: 60_000 };
  const hasty = access({ timeouts }).store("b");
  await expect(hasty.get("k")).rejects.toMatchObject({ name: "TimeoutError", $metadata: {} });
  expect(server.seen).toHaveLength(5);
  // Small writes are not waited for longer: others wait for them.
  await expect(hasty.put("k", "x")).rejects.toMatchObject({ name: "TimeoutError" });
  expect(server.seen).toHaveLength(10);
});

test("an attempt that takes too long as a whole is given up, the only one where one is asked for", async () => {
  let drip: NodeJS.Timeout | undefined;
  server.intercept = (_, response) => {
    response.writeHead(200, { "content-length": "1000000" });
    drip = setInterval(() => response.write("x"), 20);
    response.once("close", () => clearInterval(drip));
    return true;
  };
  const timeouts = { ...S3_TIMEOUTS, requestTimeout: 200 };
  const hasty = access({ timeouts, attempts: 1 }).store("b");
  await expect(hasty.get("k")).rejects.toMatchObject({ name: "TimeoutError" });
  expect(server.seen).toHaveLength(1);
});

test("nobody there: the error says so", async () => {
  const gone = url;
  await server.stop();
  await expect(store.get("k")).rejects.toThrow(/ECONNREFUSED/);
  await expect(store.get("k")).rejects.toMatchObject({ name: "NetworkError", $metadata: {} });
  server = new S3Server();
  url = await server.start();
  expect(gone).not.toBe(url);
});

test("a response that ends too soon is asked for again", async () => {
  server.put("k", Buffer.from("content"));
  let left = 1;
  server.intercept = (_, response) => {
    if (left-- <= 0) return false;
    response.writeHead(200, { "content-length": "7", etag: '"e"' });
    response.write("con", () => response.destroy());
    return true;
  };
  expect(await body("k")).toBe("content");
});

test("a wrong clock is corrected by S3's, once", async () => {
  const hour = 3_600_000;
  const dates: string[] = [];
  server.intercept = (seen, response) => {
    const signed = String(seen.headers["x-amz-date"]).replace(
      /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/,
      "$1-$2-$3T$4:$5:$6Z",
    );
    dates.push(signed);
    if (Math.abs(Date.parse(signed) - Date.now()) < hour / 4) return false;
    fail(response, 403, "RequestTimeTooSkewed", { date: new Date().toUTCString() });
    return true;
  };
  const slow = access({
    clock: { now: () => Date.now() - hour, sleep: async () => undefined, random: () => 1 },
  }).store("b");
  await slow.put("k", "x");
  await slow.put("l", "x");
  expect(dates).toHaveLength(3);
  server.seen.length = 0;
  server.intercept = (_, response) => (
    fail(response, 403, "RequestTimeTooSkewed", { date: new Date().toUTCString() }), true
  );
  await expect(slow.put("m", "x")).rejects.toMatchObject({ name: "RequestTimeTooSkewed" });
  expect(server.seen).toHaveLength(1);
});

test.each([
  ["301", 301, { "x-amz-bucket-region": "eu-west-1" }],
  ["307", 307, { "x-amz-bucket-region": "eu-west-1" }],
  ["400", 400, { "x-amz-bucket-region": "eu-west-1" }],
])("%s names the bucket's region, which is signed for from then on", async (_, status, headers) => {
  server.intercept = (seen, response) => {
    if (seen.headers.authorization?.includes("/eu-west-1/s3/")) return false;
    fail(response, status, "AuthorizationHeaderMalformed", headers);
    return true;
  };
  await store.put("k", "x");
  await store.put("l", "x");
  expect(server.seen).toHaveLength(3);
});

test("a conditional write whose response was lost is no conflict", async () => {
  const etag = await store.put("k", "old");
  let left = 1;
  server.intercept = (seen, response) => {
    if (seen.method !== "PUT" || left-- <= 0) return false;
    server.put("k", seen.body);
    response.destroy();
    return true;
  };
  const written = await store.put("k", "new", { ifMatch: etag! });
  expect(written).toBe(server.objects.get("k")!.etag);
});

test("a session token is sent and signed", async () => {
  const credentials = { accessKeyId: "AK", secretAccessKey: "secret", sessionToken: "token" };
  await access({ credentials }).store("b").put("k", "x");
  const { headers } = server.seen[0]!;
  expect(headers["x-amz-security-token"]).toBe("token");
  expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
});

test("a body is cut into pieces for the connection, and arrives whole", async () => {
  const bytes = randomBytes(3 << 20);
  await store.put("k", bytes);
  expect(server.objects.get("k")!.body.equals(bytes)).toBe(true);
  expect(server.seen[0]!.headers["content-length"]).toBe(String(3 << 20));
});

test("an expired token is renewed once", async () => {
  server.intercept = (_, response) => (fail(response, 400, "ExpiredToken"), true);
  await expect(store.get("k")).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(server.seen).toHaveLength(2);
});

test("small requests are many at once, but bounded in number", async () => {
  let atOnce: () => void = () => undefined;
  const barrier = new Promise<void>((resolve) => (atOnce = resolve));
  server.intercept = async () => {
    // Nothing is answered before as many are under way as there are to begin with.
    if (server.busiest >= 32) atOnce();
    await barrier;
  };
  await Promise.all(Array.from({ length: 600 }, (_, index) => store.put(`k${index}`, "x")));
  expect(server.objects.size).toBe(600);
  expect(server.busiest).toBeLessThanOrEqual(256);
});

test("a small file goes up in one request", async () => {
  const path = join(folder, "small");
  writeFileSync(path, "content");
  let bytes = 0;
  const etag = await store.putFile(path, "k", 7, { onBytes: (count) => void (bytes += count) });
  expect(etag).toBe(await fileEtag(path, 7));
  expect(bytes).toBe(7);
  expect(server.seen).toHaveLength(1);
  const file = join(folder, "small.back");
  expect(await store.getFile("k", file, { size: 7, etag })).toMatchObject({ verified: "crc32" });
  expect(readFileSync(file, "utf8")).toBe("content");
  expect(server.seen).toHaveLength(2);
});

test("a file that became shorter is an error, not a torn object", async () => {
  const path = join(folder, "short");
  writeFileSync(path, "12345");
  await expect(store.putFile(path, "k", 10)).rejects.toMatchObject({ code: "transfer" });
  expect(server.seen).toHaveLength(0);
});

test("the part size keeps within 10,000 parts up to 5 TiB", () => {
  expect(partSize(SINGLE_PUT_MAX)).toBeUndefined();
  for (const size of [SINGLE_PUT_MAX + 1, 1e9, 1e12, 5 * 2 ** 40]) {
    const part = partSize(size) ?? 0;
    expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000);
    expect(part).toBeGreaterThanOrEqual(5 * 2 ** 20);
    expect(part).toBeLessThanOrEqual(5 * 2 ** 30);
  }
});
