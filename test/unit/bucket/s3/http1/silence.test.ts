import { beforeEach, describe, expect, test } from "@jest/globals";
import { Silence } from "../../../../../bucket/s3/http1/silence.ts";
import { Line, type Outage } from "../../../../../bucket/s3/line.ts";

const MiB = 1024 * 1024;
const TIMEOUT = 20_000;

let told: (Outage | undefined)[];
let line: Line;
let now: number;
beforeEach(() => {
  told = [];
  now = 0;
  line = new Line(
    () => now,
    (outage) => void told.push(outage),
  );
});

/** A part that does not end. */
function underWay(): Promise<void> {
  return new Promise((begun) => {
    const task = () => new Promise<never>(() => begun());
    void line.uploads.run(8 * MiB, task, () => false);
  });
}

/**
 * How long a connection that carries nothing more is waited for, in milliseconds.
 *
 * @param meanwhile called each time its timer has run
 */
function waited(silence: Silence, meanwhile: () => void = () => {}): number {
  let total = 0;
  for (let next = TIMEOUT; next > 0; next = silence.goOn(next, 7, TIMEOUT)) {
    total += next;
    meanwhile();
    if (total > 3_600_000) throw new Error("without an end");
  }
  return total;
}

test("a server that does not answer is given up after its time, and that is told of", () => {
  const silence = new Silence(line);
  silence.begin(0);
  expect(waited(silence)).toBe(TIMEOUT);
  expect(told).toEqual([{ ms: TIMEOUT, reason: "no answer" }]);
});

test("what a connection itself carries begins its time anew", async () => {
  const silence = new Silence(line);
  await underWay();
  silence.begin(1);
  let moved = 0;
  for (let turn = 0; turn < 100; turn++)
    expect(silence.goOn(TIMEOUT, moved++, TIMEOUT)).toBeGreaterThan(0);
});

describe("while bodies may be in the system's buffers", () => {
  test("those of a line that nobody knows yet are waited for as long as 512 kbit/s takes", async () => {
    const silence = new Silence(line);
    await underWay();
    silence.begin(8 * MiB);
    expect(waited(silence)).toBeGreaterThan(131_000);
    expect(waited(silence)).toBeLessThan(300_000);
    // A request without a body does not wait for those of others.
    silence.begin(0);
    expect(waited(silence)).toBe(TIMEOUT);
  });

  test("those of a fast line are soon waited for no longer", async () => {
    await line.uploads.run(
      8 * MiB,
      async () => void (now += 100),
      () => false,
    );
    for (let part = 0; part < 8; part++) await underWay();
    const silence = new Silence(line);
    silence.begin(8 * MiB);
    expect(waited(silence)).toBeLessThan(TIMEOUT * 1.5);
  });
});

test("of bodies on connections that died together none is waited for longer because others were given up", async () => {
  await line.uploads.run(
    8 * MiB,
    async () => void (now += 100),
    () => false,
  );
  const died = Array.from({ length: 20 }, async () => {
    let giveUp: (error: Error) => void = () => {};
    const end = new Promise<void>((_, reject) => (giveUp = reject));
    const body = line.uploads.run(
      MiB,
      () => end,
      () => true,
    );
    body.catch(() => {});
    const silence = new Silence(line);
    silence.begin(MiB);
    return () => {
      const total = waited(silence);
      giveUp(new Error("silence"));
      return body.catch(() => total);
    };
  });
  for (const begun of died) expect(await (await begun)()).toBeLessThan(TIMEOUT * 1.5);
  // Later ones are waited for as on a line that nobody knows.
  await underWay();
  const silence = new Silence(line);
  silence.begin(8 * MiB);
  expect(waited(silence)).toBeLessThan(400_000);
});

test("one of many connections may get nothing of a slow line for a while, but not for ever", () => {
  const silence = new Silence(line);
  silence.begin(0);
  // 512 kbit/s.
  const total = waited(silence, () => line.heard(64_000 * (TIMEOUT / 1000)));
  expect(total).toBe(TIMEOUT * 6);
  expect(told).toEqual([]);
});

test("on a fast line it is given up, whatever others get", () => {
  const silence = new Silence(line);
  silence.begin(0);
  expect(waited(silence, () => line.heard(100 * MiB))).toBe(TIMEOUT);
});

test("small answers beside it, such as those to a heartbeat, do not make a line slow", () => {
  const silence = new Silence(line);
  silence.begin(0);
  expect(waited(silence, () => line.heard(20_000))).toBe(TIMEOUT);
});
