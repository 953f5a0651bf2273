import type { Socket } from "node:net";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { Rate, sharedPace } from "../../../../../bucket/flow/rate.ts";
import { Connection } from "../../../../../bucket/s3/connection.ts";
import type { S3Response } from "../../../../../bucket/s3/s3-response.ts";
import { S3_TIMEOUTS } from "../../../../../bucket/s3/s3-timeouts.ts";
import { RateTestClock } from "../../../../support/rate-clock.ts";
import { RawServer } from "../../../../support/raw-server.ts";

const KiB = 1024;
const MOST = 256 * KiB;

let server: RawServer;
afterEach(() => server.stop());

/** Sockets of the server, and the bytes that have come to it. */
async function counting(answer: string, after: number) {
  const got: Buffer[] = [];
  let bytes = 0;
  server = await RawServer.start((socket) => {
    socket.on("data", (chunk) => {
      got.push(chunk);
      bytes += chunk.length;
      if (bytes >= after) socket.write(answer);
    });
  });
  return { got: () => Buffer.concat(got), bytes: () => bytes };
}

function slowly() {
  const clock = new RateTestClock();
  const rate = new Rate(MOST, sharedPace(), clock);
  return { clock, rate, limited: async () => rate };
}

/** Lets waits pass until a promise is done. */
async function passing<T>(clock: RateTestClock, done: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const end = () => void (state.isDone = true);
  done.then(end, end);
  while (!state.isDone) if (!(await clock.next())) await new Promise(setImmediate);
  return done;
}

const random = Buffer.from(Array.from({ length: MOST * 2 }, (_, at) => (at * 7919) % 251));
const head = `PUT /k HTTP/1.1\r\ncontent-length: ${random.length}\r\n\r\n`;
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const whole = { method: "PUT", head, body: random, length: random.length };

test("a body is sent piece by piece, each at its time, and is the same at the other end", async () => {
  const { clock, limited } = slowly();
  const { got, bytes } = await counting(ok, head.length + random.length);
  const socket = await new Connection({ rate: limited }).socket(server.origin);
  const response = await passing(clock, socket.send(whole));
  expect(await passing(clock, response.text())).toBe("ok");
  expect(got().subarray(head.length).equals(random)).toBe(true);
  // Two seconds' worth, of which one tenth of a second was had at once.
  expect(clock.ms).toBeGreaterThanOrEqual(1850);
  expect(clock.ms).toBeLessThan(2100);
  expect(bytes()).toBe(head.length + random.length);
});

test("small requests are limited, too: head and body", async () => {
  const { clock, limited } = slowly();
  server = await RawServer.answering(() => ok);
  const connection = new Connection({ rate: limited });
  const request = `GET /k HTTP/1.1\r\nx: ${"y".repeat(4 * KiB)}\r\n\r\n`;
  const ask = async () => {
    const socket = await connection.socket(server.origin);
    const sent = { method: "GET", head: request, body: undefined, length: 0 };
    return (await socket.send(sent)).text();
  };
  for (let turn = 0; turn < 64; turn++) expect(await passing(clock, ask())).toBe("ok");
  expect(server.sockets).toHaveLength(1);
  const bytes = 64 * (request.length + ok.length);
  expect(clock.ms).toBeGreaterThanOrEqual((bytes / MOST) * 1000 - 120);
});

describe("an answer", () => {
  async function answered(connection: Connection, clock: RateTestClock) {
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${random.length}\r\n\r\n`;
    server = await RawServer.answering((_, socket) => {
      socket.write(text);
      socket.write(random);
      return undefined;
    });
    const socket = await connection.socket(server.origin);
    const get = { method: "GET", head: "GET /k HTTP/1.1\r\n\r\n", body: undefined, length: 0 };
    return passing(clock, socket.send(get));
  }
  const read = async (response: S3Response) => {
    const pieces: Buffer[] = [];
    await response.pipe((bytes) => void pieces.push(Buffer.from(bytes)));
    return pieces;
  };

  test("is read piece by piece, each at its time, and is all there", async () => {
    const { clock, rate, limited } = slowly();
    const response = await answered(new Connection({ rate: limited }), clock);
    const pieces = await passing(clock, read(response));
    expect(Buffer.concat(pieces).equals(random)).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(rate.piece);
    expect(clock.ms).toBeGreaterThanOrEqual(1850);
    expect(clock.ms).toBeLessThan(2100);
  });

  test("that waits for the limit is not given up, however long it is silent", async () => {
    const { clock, limited } = slowly();
    const { connection, timeOut } = silent(limited, clock);
    const response = await answered(connection, clock);
    const reading = read(response);
    await timeOut();
    expect(Buffer.concat(await passing(clock, reading)).equals(random)).toBe(true);
  });
});

/** A connection, and how to have its time pass in which nothing is heard. */
function silent(rate: () => Promise<Rate>, clock: RateTestClock) {
  let opened: Socket | undefined;
  const connection = new Connection({ rate, onOpen: (socket) => void (opened = socket) });
  const timeOut = async () => {
    while (clock.timers === 0) await new Promise(setImmediate);
    for (let turn = 0; turn < 10; turn++) opened?.emit("timeout");
  };
  return { connection, timeOut };
}

describe("a request that waits for the limit is not given up", () => {
  test("after a time without a byte", async () => {
    const { clock, limited } = slowly();
    await counting(ok, head.length + random.length);
    const { connection, timeOut } = silent(limited, clock);
    const sending = (await connection.socket(server.origin)).send(whole);
    await timeOut();
    expect((await passing(clock, sending)).status).toBe(200);
  });

  test("after the time for a whole attempt", async () => {
    const { clock, limited } = slowly();
    await counting(ok, head.length + random.length);
    const timeouts = { ...S3_TIMEOUTS, requestTimeout: 5000 };
    const socket = await new Connection({ rate: limited, timeouts }).socket(server.origin);
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "performance", "hrtime"] });
    try {
      const sending = socket.send(whole);
      while (clock.timers === 0) await new Promise(setImmediate);
      jest.advanceTimersByTime(12_000);
      const response = await passing(clock, sending);
      expect(await passing(clock, response.text())).toBe("ok");
    } finally {
      jest.useRealTimers();
    }
  });
});

test("a connection that ends while a request waits is told of once nothing of the body is used any more", async () => {
  const { clock, limited } = slowly();
  await counting(ok, Number.POSITIVE_INFINITY);
  const socket = await new Connection({ rate: limited }).socket(server.origin);
  const sending = socket.send(whole);
  while (clock.timers === 0) await new Promise(setImmediate);
  socket.close();
  await expect(passing(clock, sending)).rejects.toMatchObject({ name: "NetworkError" });
});
