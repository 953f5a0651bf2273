import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type QueueLimits, queueWorld } from "../../../../support/queue-world.ts";

const limits: QueueLimits = {
  instances: 10,
  eventsPerSecond: 8,
  acceptsPerSecond: 5,
  carriesPerSecond: 6,
  isLost: () => false,
  fails: () => "well",
  next: () => 0,
};
const DAY = 86_400;

/** All requests come at once; answers what it took until the agent had them all. */
async function burst(jobs: number, more: Partial<QueueLimits> = {}, awayUntil = 0) {
  const q = queueWorld({ ...limits, ...more });
  for (let job = 0; job < jobs; job++) q.ask(`job${job}`);
  q.isAway = awayUntil > 0;
  if (q.isAway) await q.until(() => false, awayUntil);
  q.isAway = false;
  await q.until(() => q.taken.size === jobs, DAY);
  expect([...q.taken.values()].every((times) => times === 1)).toBe(true);
  return { taken: q.taken.size, seconds: q.seconds(), commands: q.w.sent.length, q };
}

describe("many requests at once", () => {
  test("one alone rings once", async () => {
    expect(await burst(1)).toMatchObject({ taken: 1, commands: 1 });
  });

  test("500 are with the agent within 15 s, by less than 100 commands, which SSM takes at five a second", async () => {
    const { taken, seconds, commands } = await burst(500);
    expect(taken).toBe(500);
    expect(seconds).toBeLessThanOrEqual(15);
    expect(commands).toBeLessThanOrEqual(100);
  });

  test("5,000 are with the agent when the last event has come, and a moment later", async () => {
    const { taken, seconds, commands } = await burst(5000);
    expect(taken).toBe(5000);
    expect(seconds).toBeLessThanOrEqual(5000 / 80 + 5);
    // SSM takes no more.
    expect(commands).toBeLessThanOrEqual(5 * seconds + 5);
  });

  test("where every command is lost, the agent finds all by itself within a minute", async () => {
    const { taken, seconds } = await burst(300, { isLost: () => true });
    expect(taken).toBe(300);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  test("where SSM takes none, too", async () => {
    const { taken, seconds, commands } = await burst(300, { acceptsPerSecond: 0 });
    expect([taken, commands]).toEqual([300, 0]);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  test("a Head Node that is away for two hours takes all when it comes back; meanwhile one is rung for in five minutes", async () => {
    const { taken, seconds, commands, q } = await burst(1000, {}, 7200);
    expect(taken).toBe(1000);
    expect(seconds).toBeLessThanOrEqual(7202);
    // The burst's commands may be sent three times, and 24 sweeps ring.
    const first = 5 * (1000 / 80) + 10;
    expect(commands).toBeLessThanOrEqual(3 * first + 2 * 3 * 24);
    const waits = q.reports.map(({ oldestSeconds }) => oldestSeconds);
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(waits.at(-1)).toBeGreaterThan(7000);
  });
});

describe("whatever happens to events and commands", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ does: fc.constant("ask" as const), jobs: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("repeat" as const), job: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("swap" as const), job: fc.nat() }) },
    { weight: 4, arbitrary: fc.record({ does: fc.constant("pass" as const), tenths: fc.nat(80) }) },
    { weight: 1, arbitrary: fc.constant({ does: "pass" as const, tenths: 7000 }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("away" as const) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("back" as const) }) },
  );
  const odds = fc.record({
    acceptsPerSecond: fc.constantFrom(0, 1, 5, 20),
    carriesPerSecond: fc.constantFrom(1, 6),
    instances: fc.constantFrom(1, 3, 10),
    lost: fc.infiniteStream(fc.boolean()),
    failed: fc.infiniteStream(fc.constantFrom("well" as const, "well" as const, 0, 1, 2)),
    order: fc.infiniteStream(fc.nat()),
  });

  test("each request is taken once, within a minute of the agent's return, and few commands are sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), odds, async (steps, given) => {
        const { lost, order, failed, ...more } = given;
        const q = queueWorld({
          ...limits,
          ...more,
          isLost: () => lost.next().value ?? false,
          fails: () => failed.next().value ?? "well",
          next: (waiting) => (order.next().value ?? 0) % waiting,
        });
        let asked = 0;
        for (const what of steps) {
          if (what.does === "ask") for (let job = 0; job < what.jobs; job++) q.ask(`job${asked++}`);
          if (what.does === "repeat" && asked > 0) q.events.push(`job${what.job % asked}`);
          if (what.does === "swap" && q.events.length > 0)
            q.events.push(...q.events.splice(what.job % q.events.length, 1));
          if (what.does === "away") q.isAway = true;
          if (what.does === "back") q.isAway = false;
          if (what.does === "pass")
            for (let tenth = 0; tenth < what.tenths; tenth++) await q.step();
        }
        q.isAway = false;
        const end = q.seconds() + asked + 61;
        await q.until(() => q.taken.size === asked, end);
        expect(q.taken.size).toBe(asked);
        expect([...q.taken.values()].every((times) => times === 1)).toBe(true);
        expect(q.w.markers.size).toBe(0);
        // A failed command that is told of twice is sent twice, three times at most, and each sweep sends one.
        expect(q.w.sent.length).toBeLessThanOrEqual(7 * (asked + q.reports.length));
        // The audit hears of each once.
        const told = q.w.announced.map(({ prefix }) => prefix);
        expect([told.length, new Set(told).size]).toEqual([asked, asked]);
      }),
      { numRuns: 60 },
    );
  });
});
