import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import type { Outage } from "../../../../../bucket/s3/line.ts";
import { s3Scene } from "../../../../support/s3-over.ts";
import { fail } from "../../../../support/s3-server.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testClock } from "../../../../support/test-clock.ts";

const s3 = s3Scene();
const told: (Outage | undefined)[] = [];
const onOutage = (outage: Outage | undefined) => void told.push(outage);

/** A store of which the first request has been answered; `onWait` is called once each time has been waited for. */
async function reached(onWait: Record<number, () => unknown> = {}) {
  told.length = 0;
  const clock = testClock();
  const due = Object.entries(onWait);
  const sleep = async (ms: number) => {
    await clock.sleep(ms);
    while (due.length > 0 && clock.elapsed() >= Number(due[0]![0])) await due.shift()![1]();
  };
  const store = s3.access({ onOutage, clock: { ...clock, sleep, random: () => 1 } }).store("b");
  await store.put("first", "x");
  return { store, clock };
}

/** The server goes away, with all its connections, and its port with it. */
async function close(): Promise<number> {
  const { port } = new URL(s3.url);
  await s3.server.stop();
  return Number(port);
}

test("a port that is closed and opens again after 80 s interrupts nothing, and is told of", async () => {
  let port = 0;
  const { store, clock } = await reached({ 80_000: () => s3.server.start(port) });
  port = await close();
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
  const large = join(temporaryFolder(), "large");
  writeFileSync(large, Buffer.alloc(17 << 20, 7));
  await Promise.all([
    ...keys.map((key) => store.put(key, key)),
    store.putFile(large, "large", 17 << 20),
  ]);
  expect(clock.elapsed()).toBeGreaterThanOrEqual(80_000);
  for (const key of keys) expect(s3.server.objects.get(key)!.body.toString()).toBe(key);
  expect(s3.server.objects.get("large")!.body).toHaveLength(17 << 20);
  const outages = told.slice(0, -1);
  expect(outages.length).toBeGreaterThan(20);
  for (const outage of outages)
    expect(outage!.reason).toMatch(/ECONNREFUSED|ECONNRESET|closed the connection/);
  expect(outages.at(-1)!.ms).toBeGreaterThan(70_000);
  expect(told.at(-1)).toBeUndefined();
});

test("resets of every connection are ridden out, too, with fewer requests at once", async () => {
  const busiest: number[] = [];
  const look = () => {
    busiest.push(s3.server.busiest);
    s3.server.busiest = 0;
  };
  let isOver = false;
  const { store } = await reached({
    60_000: look,
    85_000: () => {
      look();
      isOver = true;
    },
  });
  s3.server.intercept = async (_, response) => {
    // Others come in meanwhile, if there are any.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    return !isOver && (response.destroy(), true);
  };
  const keys = Array.from({ length: 600 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => store.put(key, key)));
  look();
  expect(keys.every((key) => s3.server.objects.has(key))).toBe(true);
  expect(busiest[1]).toBeLessThan(4);
});

test("an outage that does not end is an error that says how long it was, for all that waits at once", async () => {
  const { store } = await reached();
  await close();
  const keys = Array.from({ length: 300 }, (_, index) => `k${index}`);
  const results = await Promise.allSettled(keys.map((key) => store.put(key, key)));
  for (const result of results)
    expect(result).toMatchObject({
      reason: {
        name: "NetworkError",
        message: expect.stringMatching(/ECONNREFUSED.*nothing came from S3 for \d{2,3} s$/),
      },
    });
  await s3.server.start();
});

test("a name that nobody knows is an error soon, when nothing has come from there yet", async () => {
  const clock = testClock();
  const gone = s3.access({ endpointUrl: "http://s3.mistyped.invalid", clock });
  await expect(gone.store("b").put("k", "x")).rejects.toMatchObject({
    name: "NetworkError",
    message: expect.stringContaining("s3.mistyped.invalid"),
  });
  expect(clock.elapsed()).toBeLessThan(12_000);
});

test("one request that is broken off each time, while others get through, ends", async () => {
  const clock = testClock();
  const sleep = async (ms: number) => {
    await clock.sleep(ms);
    await store.put("other", "x");
  };
  const store = s3.access({ clock: { ...clock, sleep } }).store("b");
  s3.server.intercept = (seen, response) => seen.key === "filtered" && (response.destroy(), true);
  await expect(store.put("filtered", "x")).rejects.toMatchObject({ name: "NetworkError" });
  expect(clock.elapsed()).toBeGreaterThan(30_000);
});

test.each([{ attempts: 3 }, { attempts: 1 }])("attempts that are set are all: %j", async (set) => {
  s3.server.intercept = (_, response) => (response.destroy(), true);
  const store = s3.access(set).store("b");
  await expect(store.put("k", "x")).rejects.toMatchObject({ name: "NetworkError" });
  expect(s3.server.seen).toHaveLength(set.attempts);
  // Nor does one that failed keep another from being tried.
  s3.server.intercept = () => false;
  await store.put("k", "x");
});

test.each([
  ["seconds", { "retry-after": "7" }, 7_000],
  [
    "a date, by the server's own clock",
    {
      date: "Sun, 01 Jan 2040 00:00:00 GMT",
      "retry-after": "Sun, 01 Jan 2040 00:00:30 GMT",
    },
    30_000,
  ],
  ["a day", { "retry-after": "86400" }, 60_000],
  ["a number without end", { "retry-after": "9".repeat(400) }, 60_000],
  ["a time that is over", { "retry-after": "Sun, 01 Jan 2017 00:00:30 GMT" }, 0],
  ["nonsense", { "retry-after": "-5, soon" }, 0],
])("Retry-After is obeyed: %s", async (_, headers: Record<string, string>, asked) => {
  for (const [status, code] of [
    [503, "SlowDown"],
    [429, "TooManyRequests"],
  ] as const) {
    s3.waits.length = 0;
    let left = 1;
    s3.server.intercept = (_seen, response) =>
      left-- > 0 && (fail(response, status, code, headers), true);
    await s3.store.put("k", "x");
    expect(s3.waits).toEqual([asked + 500]);
  }
});

test("what is read goes on after an outage", async () => {
  let port = 0;
  const { store } = await reached({ 30_000: () => s3.server.start(port) });
  s3.server.put("k", Buffer.from("content"));
  port = await close();
  expect((await buffer((await store.get("k"))!.body)).toString()).toBe("content");
});

test("an answer that takes as long as a slow line may need is waited for, and that is told of", async () => {
  const answers: (() => void)[] = [];
  told.length = 0;
  const timeouts = { connectionTimeout: 5_000, socketTimeout: 400, bodySentTimeout: 400 };
  const listener = (outage: Outage | undefined) => {
    onOutage(outage);
    for (const answer of answers.splice(0)) answer();
  };
  s3.server.intercept = async (seen) => {
    // A part of a large file, all of which the system has taken.
    if (seen.query.has("partNumber")) await new Promise<void>((go) => answers.push(go));
    return false;
  };
  const large = join(temporaryFolder(), "large");
  writeFileSync(large, Buffer.alloc(9 << 20, 7));
  await s3
    .access({ timeouts, onOutage: listener })
    .store("b")
    .putFile(large, "k", 9 << 20);
  expect(told[0]).toMatchObject({ reason: "no answer" });
  expect(told).toContain(undefined);
});

test("where every answer breaks off, the first request is given up soon, however many wait", async () => {
  const { store } = await reached();
  s3.server.intercept = (_seen, response) => {
    response.req.socket.end("HTTP/1.1 200 OK\r\nx-amz");
    return true;
  };
  s3.server.seen.length = 0;
  const puts = Array.from({ length: 400 }, (_, index) => store.put(`k${index}`, "x"));
  await expect(Promise.race(puts)).rejects.toMatchObject({ name: "NetworkError" });
  expect(s3.server.seen.length).toBeLessThan(400);
  await Promise.allSettled(puts);
});
