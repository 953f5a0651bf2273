import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decideThenDo } from "../../../../transfer/flow/decide-then-do.ts";
import { numbers, settle } from "../../../support/numbers.ts";

describe("decideThenDo", () => {
  test("does what is decided, tells when all is decided, and throws the first failure", async () => {
    const done: number[] = [];
    let decided = false;
    const limits = { comparisons: 4, decidedAhead: 8, flight: 4 };
    let [waiting, failures] = [0, 0];
    const job = {
      cost: () => 1,
      smallMost: () => Number.POSITIVE_INFINITY,
      onDecided: () => void (decided = true),
      onFailure: () => void (failures += 1),
      onWaiting: (_: number, count: number) => void (waiting += count),
    };
    await decideThenDo(
      numbers(100),
      async (n) => (n % 2 === 0 ? n : undefined),
      async (n) => void done.push(n),
      limits,
      job,
    );
    expect([done.length, decided]).toEqual([50, true]);
    await expect(
      decideThenDo(
        numbers(100_000),
        async (n) => n,
        async () => {
          throw new Error("doing");
        },
        limits,
        job,
      ),
    ).rejects.toThrow("doing");
    await expect(
      decideThenDo(
        numbers(10),
        async () => {
          throw new Error("deciding");
        },
        async () => undefined,
        limits,
        job,
      ),
    ).rejects.toThrow("deciding");
    expect([waiting, failures]).toEqual([0, 2]);
  });

  test("tells of the first failure while others are still under way, and waits for these", async () => {
    const told: string[] = [];
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const doing = decideThenDo(
      numbers(3),
      async (n) => n,
      async (n) => {
        if (n > 0) throw new Error(`task ${n}`);
        await ended;
        told.push("ended");
      },
      { comparisons: 4, decidedAhead: 8, flight: 4 },
      {
        cost: () => 1,
        smallMost: () => Number.POSITIVE_INFINITY,
        onDecided: () => undefined,
        onWaiting: () => undefined,
        onFailure: () => {
          told.push("failure");
          end();
        },
      },
    );
    await expect(doing).rejects.toThrow("task 1");
    expect(told).toEqual(["failure", "ended"]);
  });
});

test("decideThenDo: no more is decided, decided ahead and done at a time than the limits say", async () => {
  const bounds = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(
      bounds,
      bounds,
      bounds,
      bounds,
      async (comparisons, decidedAhead, flight, smallMost) => {
        const [deciding, doing, small] = [
          { now: 0, most: 0 },
          { now: 0, most: 0 },
          { now: 0, most: 0 },
        ];
        const large = Math.min(2, flight);
        const cost = (n: number) => (n % 3 === 0 ? large : 1);
        const during = async (count: { now: number; most: number }) => {
          count.most = Math.max(count.most, ++count.now);
          await settle();
          count.now -= 1;
        };
        let [decided, done, ahead, waiting] = [0, 0, 0, 0];
        await decideThenDo(
          numbers(60),
          async (n) => {
            await during(deciding);
            decided += 1;
            return n;
          },
          async (n) => {
            await Promise.all([during(doing), cost(n) === 1 && during(small)]);
            // Those that are being done are among them.
            expect(waiting).toBeGreaterThanOrEqual(doing.now + 1);
            done += 1;
            ahead = Math.max(ahead, decided - done);
          },
          { comparisons, decidedAhead, flight },
          {
            cost,
            smallMost: () => smallMost,
            onDecided: () => undefined,
            onFailure: () => undefined,
            onWaiting: (_, count) => void (waiting += count),
          },
        );
        expect(deciding.most).toBeLessThanOrEqual(comparisons);
        expect(doing.most).toBeLessThanOrEqual(flight);
        expect(small.most).toBeLessThanOrEqual(smallMost);
        expect(waiting).toBe(0);
        // In the queue; being done, or about to be; decided on, and waiting for room.
        expect(ahead).toBeLessThanOrEqual(decidedAhead + flight + 1 + comparisons);
      },
    ),
  );
});
