import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Timeline } from "../../../../bench/simulate/timeline.ts";

describe("Timeline", () => {
  test("wakes each at its time, and of two at the same time the one that asked first", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (waits) => {
        const timeline = new Timeline();
        const woken: [at: number, asked: number][] = [];
        for (const [asked, wait] of waits.entries())
          timeline.spawn(async () => {
            await timeline.sleep(wait);
            woken.push([timeline.now(), asked]);
          });
        await timeline.run();
        expect(woken).toEqual(
          waits
            .map((wait, asked): [number, number] => [wait, asked])
            .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
        );
      }),
    );
  });

  test("goes on while what woke up sleeps again, and lets no time pass for anything else", async () => {
    const timeline = new Timeline();
    const seen: number[] = [];
    timeline.spawn(async () => {
      for (let turn = 0; turn < 3; turn++) {
        await timeline.sleep(1000);
        await Promise.resolve();
        seen.push(timeline.now());
      }
    });
    await timeline.run();
    expect(seen).toEqual([1000, 2000, 3000]);
  });

  test("ends when it is told to", async () => {
    const timeline = new Timeline();
    timeline.spawn(async () => {
      for (;;) await timeline.sleep(10);
    });
    await timeline.run(() => timeline.now() >= 50);
    expect(timeline.now()).toBe(50);
  });

  test("throws what was thrown beside it", async () => {
    const timeline = new Timeline();
    timeline.spawn(async () => {
      await timeline.sleep(5);
      throw new Error("no");
    });
    await expect(timeline.run()).rejects.toThrow("no");
  });
});
