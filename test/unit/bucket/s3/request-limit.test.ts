import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { RequestLimit } from "../../../../bucket/s3/request-limit.ts";

const options = { start: 32, low: 16, max: 256 };
const always = () => true;

/** Keeps as many requests under way as the limit lets, each of which took so long. */
async function busy(limit: RequestLimit, rounds: number, milliseconds: () => number) {
  const task = async () => {
    await Promise.resolve();
    limit.learn(milliseconds());
  };
  await Promise.all(Array.from({ length: rounds }, () => limit.run(task, always)));
}

test("it grows while latency does not, up to its maximum", async () => {
  const limit = new RequestLimit(options);
  await busy(limit, 5000, () => 30);
  expect(limit.limit).toBe(256);
});

test("it shrinks when requests wait for one another, but only so far", async () => {
  const limit = new RequestLimit(options);
  limit.learn(1);
  await busy(limit, 5000, () => 20);
  expect(limit.limit).toBe(16);
});

test("it stays when latency grows a little", async () => {
  const limit = new RequestLimit(options);
  limit.learn(10);
  await busy(limit, 200, () => 22);
  expect(limit.limit).toBe(32);
});

test("few requests at a time change nothing", async () => {
  const limit = new RequestLimit(options);
  for (let index = 0; index < 200; index++) await limit.run(async () => limit.learn(30), always);
  expect(limit.limit).toBe(32);
});

test("overload halves it, once for all requests that were under way together", async () => {
  const limit = new RequestLimit(options);
  const fails = async () => {
    await Promise.resolve();
    throw new Error("SlowDown");
  };
  const run = () => limit.run(fails, always).catch(() => undefined);
  await Promise.all(Array.from({ length: 32 }, run));
  expect(limit.limit).toBe(16);
  for (let index = 0; index < 10; index++) await run();
  expect(limit.limit).toBe(1);
  await limit.run(fails, () => false).catch(() => undefined);
  for (let index = 0; index < 600; index++) limit.recover();
  expect(limit.limit).toBe(32);
});

test("what has brought it down is made up for step by step, also when fewer are wanted meanwhile", async () => {
  const wanted = fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1 });
  const trial = fc.asyncProperty(wanted, fc.nat(40), async (numbers, recoveries) => {
    const limit = new RequestLimit({ start: 16, low: 16, max: 16 });
    await limit.run(() => Promise.reject(new Error("SlowDown")), always).catch(() => undefined);
    for (const number of numbers) limit.settle(number);
    limit.settle(16);
    expect(limit.limit).toBe(8);
    for (let index = 0; index < recoveries; index++) limit.recover();
    expect(limit.limit).toBeLessThanOrEqual(8 + recoveries / 8);
    for (let index = 0; index < 200; index++) limit.recover();
    limit.settle(32);
    expect(limit.limit).toBe(32);
  });
  await fc.assert(trial);
});

test("below what latency brings it down to, it grows back though answers are slow", async () => {
  const limit = new RequestLimit(options);
  limit.learn(1);
  const fails = () => limit.run(() => Promise.reject(new Error("reset")), always);
  for (let index = 0; index < 10; index++) await fails().catch(() => undefined);
  expect(limit.limit).toBe(1);
  await busy(limit, 600, () => 20);
  expect(limit.limit).toBe(16);
});

test("never more than the limit are under way, and all get their turn", async () => {
  const limit = new RequestLimit({ start: 3, low: 3, max: 3 });
  let [running, most, done] = [0, 0, 0];
  await Promise.all(
    Array.from({ length: 20 }, () =>
      limit.run(async () => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running -= 1;
        done += 1;
      }, always),
    ),
  );
  expect([most, done]).toEqual([3, 20]);
});

/**
 * A thread that sends requests to a server and takes its answers, each of which takes it half of `cost`, one after the other; the
 * server answers all after `away`. Milliseconds.
 */
function simulate(away: number, cost: number, answers: number) {
  const range = { start: 128, fewest: 16, low: 32, max: 256 };
  let [now, idle, asked, asleep, underWay] = [0, 0, 0, 0, 0];
  const busy = () => {
    const share = 1 - (idle - asleep) / Math.max(now - asked, 1e-9);
    [asked, asleep] = [now, idle];
    return share;
  };
  const limit = new RequestLimit({ ...range, busy, elapsed: () => now });
  // They count as under way, whoever simulates them.
  for (let one = 0; one < range.max; one++) void limit.run(() => new Promise(() => {}), always);
  const sends: number[] = [];
  const coming: { at: number; sent: number }[] = [];
  const fill = () => {
    for (; underWay < limit.limit; underWay++) sends.push(now);
  };
  fill();
  let [half, came] = [0, 0];
  while (came < answers) {
    const send = sends[0] ?? Number.POSITIVE_INFINITY;
    const next = coming[0]?.at ?? Number.POSITIVE_INFINITY;
    const ready = Math.min(send, next);
    idle += Math.max(0, ready - now);
    now = Math.max(now, ready) + cost / 2;
    if (send <= next) {
      sends.shift();
      coming.push({ at: now + away, sent: now - cost / 2 });
      continue;
    }
    const { sent = 0 } = coming.shift() ?? {};
    underWay -= 1;
    limit.learn(now - sent);
    came += 1;
    if (came === answers / 2) half = now;
    fill();
  }
  const pace = answers / 2 / (now - half);
  return { limit: limit.limit, pace, best: Math.min(1 / cost, range.max / away) };
}

test("while this thread alone is waited for, few are under way, and it is as quick, however far the server is", () => {
  const milliseconds = fc.double({ min: 0.05, max: 200, noNaN: true });
  const cost = fc.double({ min: 0.02, max: 2, noNaN: true });
  fc.assert(
    fc.property(milliseconds, cost, (away, each) => {
      const { limit, pace, best } = simulate(away, each, 8000);
      expect(pace).toBeGreaterThan(0.8 * best);
      // Enough of them, and half as many again while more is tried.
      expect(limit).toBeLessThanOrEqual(Math.max(48, (3 * away) / each));
    }),
    { numRuns: 60 },
  );
});
