import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { fileEtag } from "../../../../bucket/etag.ts";
import { collect } from "../../../support/collect.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { fail } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const s3 = s3Scene();
const folder = temporaryFolder();

const body = async (key: string) => (await buffer((await s3.store.get(key))!.body)).toString();

test("what is put comes back, with its metadata", async () => {
  const etag = await s3.store.put("k", "content", {
    contentType: "text/plain",
    metadata: { Mode: "0644", note: "a  b" },
  });
  expect(etag).toBe(createHash("md5").update("content").digest("hex"));
  const got = await s3.store.get("k");
  expect(await buffer(got!.body)).toEqual(Buffer.from("content"));
  expect(got).toMatchObject({ size: 7, etag, metadata: { mode: "0644", note: "a  b" } });
  expect(got!.lastModified).toEqual(new Date("2026-11-24T10:00:00Z"));
  expect(s3.server.seen[0]!.headers["content-type"]).toBe("text/plain");
  expect(s3.server.seen[0]!.headers["x-amz-content-sha256"]).toBe("UNSIGNED-PAYLOAD");
});

test("an empty object is put and read", async () => {
  await s3.store.put("empty", "");
  expect(s3.server.seen[0]!.headers["content-length"]).toBe("0");
  expect(await body("empty")).toBe("");
});

test("a listing is read page by page, its keys decoded", async () => {
  for (const key of ["job/a b+c\n日", "job/b/1", "job/b/2", "job/c", "other"])
    s3.server.put(key, Buffer.from(key));
  const keys = async (...how: [] | [{ delimiter: string }]) =>
    (await collect(s3.store.list("job/", ...(how as [{ delimiter: string }])))).map((entry) =>
      "commonPrefix" in entry ? entry.commonPrefix : entry.key,
    );
  expect(await keys()).toEqual(["job/a b+c\n日", "job/b/1", "job/b/2", "job/c"]);
  expect(await keys({ delimiter: "/" })).toEqual(["job/a b+c\n日", "job/b/", "job/c"]);
  expect(s3.server.seen).toHaveLength(4);
  const [first] = await collect(s3.store.list("job/c"));
  expect(first).toEqual({
    key: "job/c",
    size: 5,
    etag: createHash("md5").update("job/c").digest("hex"),
    lastModified: new Date("2026-11-24T10:00:00Z"),
  });
});

test("an object comes with the time by the server's clock", async () => {
  s3.server.put("k", Buffer.from("x"));
  const date = "Tue, 24 Nov 2026 12:34:56 GMT";
  s3.server.intercept = (_, response) => (response.setHeader("Date", date), false);
  const got = await s3.store.get("k");
  got?.body.destroy();
  expect(got?.answered).toEqual(new Date(date));
});

test("a stream that nobody reads to its end frees its connection", async () => {
  s3.server.put("large", randomBytes(4 << 20));
  for (const _ of Array(40)) (await s3.store.get("large"))!.body.destroy();
  const got = await s3.store.get("large");
  expect((await buffer(got!.body)).length).toBe(4 << 20);
});

test("a missing object and a failed condition are undefined, other errors are thrown", async () => {
  expect(await s3.store.get("absent")).toBeUndefined();
  expect(await s3.store.getFile("absent", join(folder, "absent"), { size: 3 })).toBeUndefined();
  expect(await s3.store.getFile("absent", join(folder, "absent"))).toBeUndefined();
  s3.server.put("k", Buffer.from("x"));
  expect(await s3.store.get("k", { ifMatch: "other" })).toBeUndefined();
  expect(await s3.store.put("k", "y", { ifMatch: "other" })).toBeUndefined();
  expect(await s3.store.put("absent", "y", { ifMatch: "other" })).toBeUndefined();
  for (const status of [404, 409, 412]) {
    s3.server.intercept = (_, response) => (fail(response, status, "E"), true);
    expect(await s3.store.put("k", "y", { ifMatch: "e" })).toBeUndefined();
    await expect(s3.store.put("k", "y")).rejects.toMatchObject({
      name: "E",
      $metadata: { httpStatusCode: status },
    });
  }
  s3.server.intercept = (_, response) => (fail(response, 404, "NoSuchBucket"), true);
  await expect(s3.store.get("k")).rejects.toMatchObject({ name: "NoSuchBucket" });
  await expect(s3.store.put("k", "y", { ifMatch: "e" })).rejects.toThrow("said the test");
});

test("a write where there is to be no object is one only where there is none", async () => {
  const etag = await s3.store.put("k", "mine", { ifAbsent: true });
  expect(etag).toBe(s3.server.objects.get("k")!.etag);
  expect(await s3.store.put("k", "other", { ifAbsent: true })).toBeUndefined();
  expect(s3.server.objects.get("k")!.body.toString()).toBe("mine");
  s3.server.intercept = (_, response) => (fail(response, 409, "ConditionalRequestConflict"), true);
  expect(await s3.store.put("l", "y", { ifAbsent: true })).toBeUndefined();
});

test.each([{ ifAbsent: true }, {}])(
  "a write (%j) whose response was lost is no conflict",
  async (how) => {
    const etag = how.ifAbsent ? undefined : await s3.store.put("k", "old");
    let left = 1;
    s3.server.intercept = (seen, response) => {
      if (seen.method !== "PUT" || left-- <= 0) return false;
      s3.server.put("k", seen.body);
      response.destroy();
      return true;
    };
    const written = await s3.store.put("k", "new", how.ifAbsent ? how : { ifMatch: etag });
    expect(written).toBe(s3.server.objects.get("k")!.etag);
  },
);

test("a session token is sent and signed", async () => {
  const credentials = { accessKeyId: "AK", secretAccessKey: "secret", sessionToken: "token" };
  await s3.access({ credentials }).store("b").put("k", "x");
  const { headers } = s3.server.seen[0]!;
  expect(headers["x-amz-security-token"]).toBe("token");
  expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
});

test("a body is cut into pieces for the connection, and arrives whole", async () => {
  const bytes = randomBytes(3 << 20);
  await s3.store.put("k", bytes);
  expect(s3.server.objects.get("k")!.body.equals(bytes)).toBe(true);
  expect(s3.server.seen[0]!.headers["content-length"]).toBe(String(3 << 20));
});

test("small requests are many at once, but bounded in number", async () => {
  let atOnce: () => void = () => undefined;
  const barrier = new Promise<void>((resolve) => (atOnce = resolve));
  s3.server.intercept = async () => {
    // Nothing is answered before as many are under way as there are to begin with.
    if (s3.server.busiest >= 32) atOnce();
    await barrier;
  };
  await Promise.all(Array.from({ length: 600 }, (_, index) => s3.store.put(`k${index}`, "x")));
  expect(s3.server.objects.size).toBe(600);
  expect(s3.server.busiest).toBeLessThanOrEqual(256);
});

test("a small file goes up in one request", async () => {
  const path = join(folder, "small");
  writeFileSync(path, "content");
  let bytes = 0;
  const etag = await s3.store.putFile(path, "k", 7, { onBytes: (count) => void (bytes += count) });
  expect(etag).toBe(await fileEtag(path, 7));
  expect(bytes).toBe(7);
  expect(s3.server.seen).toHaveLength(1);
  const file = join(folder, "small.back");
  expect(await s3.store.getFile("k", file, { size: 7, etag })).toMatchObject({ verified: "crc32" });
  expect(readFileSync(file, "utf8")).toBe("content");
  expect(s3.server.seen).toHaveLength(2);
});

test("a file that became shorter is an error, not a torn object", async () => {
  const path = join(folder, "short");
  writeFileSync(path, "12345");
  await expect(s3.store.putFile(path, "k", 10)).rejects.toMatchObject({ code: "transfer" });
  expect(s3.server.seen).toHaveLength(0);
});
