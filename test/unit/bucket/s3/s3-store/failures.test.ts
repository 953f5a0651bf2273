import { buffer } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { S3_TIMEOUTS } from "../../../../../bucket/s3/s3-timeouts.ts";
import { s3Scene } from "../../../../support/s3-over.ts";
import { fail, S3Server } from "../../../../support/s3-server.ts";
import { testClock } from "../../../../support/test-clock.ts";

const s3 = s3Scene();

const body = async (key: string) => (await buffer((await s3.store.get(key))!.body)).toString();

test.each([
  ["503 SlowDown", 503, "SlowDown", [500, 1000]],
  ["500", 500, "InternalError", [50, 100]],
  ["429", 429, "TooManyRequests", [500, 1000]],
  ["a throttling code", 400, "RequestThrottled", [500, 1000]],
  ["BadDigest", 400, "BadDigest", [50, 100]],
])("%s is tried again, each time after longer", async (_, status, code, delays) => {
  let left = 2;
  s3.server.intercept = (_seen, response) => left-- > 0 && (fail(response, status, code), true);
  await s3.store.put("k", "x");
  expect(s3.server.objects.get("k")!.body.toString()).toBe("x");
  expect(s3.waits).toEqual(delays);
});

test("attempts are bounded, and the last error is S3's", async () => {
  s3.server.intercept = (_, response) => (fail(response, 503, "SlowDown"), true);
  const store = s3.access({ attempts: 5 }).store("b");
  await expect(store.put("k", "x")).rejects.toMatchObject({
    name: "SlowDown",
    $metadata: { httpStatusCode: 503 },
  });
  expect(s3.server.seen).toHaveLength(5);
});

test("a refusal is not tried again", async () => {
  s3.server.intercept = (_, response) => (fail(response, 403, "AccessDenied"), true);
  await expect(s3.store.get("k")).rejects.toMatchObject({ name: "AccessDenied" });
  expect(s3.server.seen).toHaveLength(1);
});

test("resets are tried again", async () => {
  let left = 2;
  s3.server.intercept = (_, response) => left-- > 0 && (response.destroy(), true);
  await s3.store.put("k", "x");
  expect(s3.server.seen).toHaveLength(3);
});

test("a server that never responds is given up, in bounded time", async () => {
  s3.server.intercept = () => true;
  const timeouts = { connectionTimeout: 5000, socketTimeout: 100 };
  const hasty = s3.access({ timeouts, attempts: 5 }).store("b");
  await expect(hasty.get("k")).rejects.toMatchObject({ name: "TimeoutError", $metadata: {} });
  expect(s3.server.seen).toHaveLength(5);
  // Small writes are not waited for longer: others wait for them.
  await expect(hasty.put("k", "x")).rejects.toMatchObject({ name: "TimeoutError" });
  expect(s3.server.seen).toHaveLength(10);
});

test("an attempt that takes too long as a whole is given up, the only one where one is asked for", async () => {
  let drip: NodeJS.Timeout | undefined;
  s3.server.intercept = (_, response) => {
    response.writeHead(200, { "content-length": "1000000", etag: '"e"' });
    drip = setInterval(() => response.write("x"), 20);
    response.once("close", () => clearInterval(drip));
    return true;
  };
  const timeouts = { ...S3_TIMEOUTS, requestTimeout: 200 };
  const hasty = s3.access({ timeouts, attempts: 1 }).store("b");
  await expect(hasty.get("k")).rejects.toMatchObject({ name: "TimeoutError" });
  expect(s3.server.seen).toHaveLength(1);
});

test("that nobody listens is said in the error", async () => {
  const gone = s3.url;
  await s3.server.stop();
  await expect(s3.store.get("k")).rejects.toThrow(/ECONNREFUSED/);
  await expect(s3.store.get("k")).rejects.toMatchObject({ name: "NetworkError", $metadata: {} });
  s3.server = new S3Server();
  s3.url = await s3.server.start();
  expect(gone).not.toBe(s3.url);
});

test("a response that ends too soon is asked for again", async () => {
  s3.server.put("k", Buffer.from("content"));
  let left = 1;
  s3.server.intercept = (_, response) => {
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
  s3.server.intercept = (seen, response) => {
    const signed = String(seen.headers["x-amz-date"]).replace(
      /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/,
      "$1-$2-$3T$4:$5:$6Z",
    );
    dates.push(signed);
    if (Math.abs(Date.parse(signed) - Date.now()) < hour / 4) return false;
    fail(response, 403, "RequestTimeTooSkewed", { date: new Date().toUTCString() });
    return true;
  };
  const slow = s3
    .access({
      clock: { ...testClock(), now: () => Date.now() - hour },
    })
    .store("b");
  await slow.put("k", "x");
  await slow.put("l", "x");
  expect(dates).toHaveLength(3);
  s3.server.seen.length = 0;
  s3.server.intercept = (_, response) => (
    fail(response, 403, "RequestTimeTooSkewed", { date: new Date().toUTCString() }), true
  );
  await expect(slow.put("m", "x")).rejects.toMatchObject({ name: "RequestTimeTooSkewed" });
  expect(s3.server.seen).toHaveLength(1);
});

test("S3's time is told as the last answer told it, however wrong this machine's clock is", async () => {
  const day = 86_400_000;
  let own = Date.now() - 40 * day;
  const store = s3.access({ clock: { ...testClock(), now: () => own } }).store("b");
  expect(store.clock?.()).toBeUndefined();
  await expect(store.get("none")).resolves.toBeUndefined();
  await s3.store.put("k", "x");
  for await (const _ of store.list("")) break;
  const off = () => Math.abs((store.clock?.()?.getTime() ?? 0) - Date.now());
  expect(off()).toBeLessThan(60_000);
  own += day;
  expect(off() / day).toBeCloseTo(1, 1);
  await store.get("k");
  expect(off()).toBeLessThan(60_000);
});

test.each([
  ["301", 301, { "x-amz-bucket-region": "eu-west-1" }],
  ["307", 307, { "x-amz-bucket-region": "eu-west-1" }],
  ["400", 400, { "x-amz-bucket-region": "eu-west-1" }],
])("%s names the bucket's region, which is signed for from then on", async (_, status, headers) => {
  s3.server.intercept = (seen, response) => {
    if (seen.headers.authorization?.includes("/eu-west-1/s3/")) return false;
    fail(response, status, "AuthorizationHeaderMalformed", headers);
    return true;
  };
  await s3.store.put("k", "x");
  await s3.store.put("l", "x");
  expect(s3.server.seen).toHaveLength(3);
});

test("a conditional write whose response was lost is no conflict", async () => {
  const etag = await s3.store.put("k", "old");
  let left = 1;
  s3.server.intercept = (seen, response) => {
    if (seen.method !== "PUT" || left-- <= 0) return false;
    s3.server.put("k", seen.body);
    response.destroy();
    return true;
  };
  const written = await s3.store.put("k", "new", { ifMatch: etag! });
  expect(written).toBe(s3.server.objects.get("k")!.etag);
});

test("an expired token is renewed once", async () => {
  s3.server.intercept = (_, response) => (fail(response, 400, "ExpiredToken"), true);
  await expect(s3.store.get("k")).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(s3.server.seen).toHaveLength(2);
});
