import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LookAgain } from "../../../../headnode/queue/look-again.ts";

/** Plays rings and looks of no length; tells when it looked, and of what it found. */
function play(rings: readonly number[], found: (at: number) => boolean, until: number): number[] {
  const again = new LookAgain();
  const looks: number[] = [];
  const left = [...rings].toSorted((a, b) => a - b);
  for (let now = 0; now <= until; ) {
    const ring = left[0] ?? Number.POSITIVE_INFINITY;
    now = Math.min(ring, again.at);
    if (now > until) break;
    if (now === ring) {
      left.shift();
      again.rung(now);
    }
    again.begins(now);
    looks.push(now);
    again.looked(now, found(now));
  }
  return looks;
}

describe("it is looked again", () => {
  test("not at all after one ring that brought nothing but its own request", () => {
    expect(play([0], () => false, 100_000)).toEqual([0]);
  });

  test("once after two rings that come close together", () => {
    expect(play([0, 1_000], () => false, 100_000)).toEqual([0, 1_000, 3_500]);
    expect(play([0, 6_000], () => false, 100_000)).toEqual([0, 6_000]);
  });

  test("less and less often after requests that no command brought, and from the first pause on when more come", () => {
    expect(play([0], (at) => at === 0, 100_000)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    const looks = play([0], (at) => at <= 3_000, 100_000);
    expect(looks).toEqual([0, 1_000, 2_000, 3_000, 4_000, 6_000, 10_000, 18_000]);
  });

  test("after every two rings close together there is a look no sooner than two seconds after the last", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { minLength: 2, maxLength: 30 }), (rings) => {
        const looks = play(rings, () => false, 200_000);
        const last = Math.max(...rings);
        const [before = Number.NEGATIVE_INFINITY] = rings.toSorted((a, b) => b - a).slice(1);
        const isClose = last - before <= 5_000;
        expect(looks.some((at) => at >= last + 2_000)).toBe(isClose);
        expect(looks.length).toBeLessThanOrEqual(2 * rings.length);
      }),
    );
  });
});

describe("a ring is alone", () => {
  /** After a look of which all is in hand. */
  function cleared(): LookAgain {
    const again = new LookAgain();
    again.begins(0);
    again.looked(0, false);
    again.cleared();
    return again;
  }

  test("ten seconds after the one before, and no sooner", () => {
    const again = cleared();
    expect([1, 10_000, 20_000, 30_000].map((at) => again.rung(at))).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test("not before the first look, during one, or before all is in hand that it found", () => {
    expect(new LookAgain().rung(0)).toBe(false);
    const again = cleared();
    again.begins(20_000);
    expect(again.rung(20_000)).toBe(false);
    again.looked(20_000, false);
    expect(again.rung(40_000)).toBe(false);
    again.cleared();
    expect(again.rung(60_000)).toBe(true);
  });

  test("not while a look is due: after rings close together, or since requests come unasked", () => {
    const again = cleared();
    again.rung(1_000);
    again.rung(2_000);
    // Its timer is late.
    expect(again.rung(30_000)).toBe(false);
    const unasked = cleared();
    unasked.begins(1_000);
    unasked.looked(1_000, true);
    unasked.cleared();
    expect(unasked.rung(1_500)).toBe(false);
  });
});
