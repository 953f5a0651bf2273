import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Doorbell, type Rung } from "../../../../functions/requests/doorbell.ts";
import { ssmError } from "../../../support/function-world.ts";

const request = { action: "run", prefix: "job1", submission: "s1" } as const;

/** A bell, a clock, and an SSM that answers as a test says. */
function bell(answer: () => Promise<string> = async () => "c") {
  const w = {
    at: Date.parse("2026-11-28T12:00:00Z"),
    accepted: [] as number[],
    ring: async (): Promise<Rung> => doorbell.ring(request),
  };
  const send = async () => {
    const id = await answer();
    w.accepted.push(w.at);
    return id;
  };
  const doorbell = new Doorbell({ send }, () => new Date(w.at));
  return w;
}

describe("the bell", () => {
  test("rings three times at once, then once a second", async () => {
    const w = bell();
    const rang = async () => "commandId" in (await w.ring());
    expect(await Promise.all([rang(), rang(), rang(), rang()])).toEqual([true, true, true, false]);
    w.at += 999;
    expect(await rang()).toBe(false);
    w.at += 1;
    expect([await rang(), await rang()]).toEqual([true, false]);
    w.at += 3_600_000;
    expect([await rang(), await rang(), await rang(), await rang()]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test("is not worn out by what SSM refuses", async () => {
    let isBusy = true;
    const w = bell(async () => {
      if (isBusy) throw ssmError("ThrottlingException");
      return "c";
    });
    for (let tries = 0; tries < 10; tries++)
      expect(await w.ring()).toEqual({ reason: "SSM throttles" });
    isBusy = false;
    expect(await w.ring()).toEqual({ commandId: "c" });
  });

  test("throws what may be put right by nobody but an administrator", async () => {
    const w = bell(async () => {
      throw ssmError("AccessDeniedException");
    });
    await expect(w.ring()).rejects.toThrow("AccessDeniedException");
  });

  test("a clock that is set back stops it for no longer than a clock that stands", async () => {
    const w = bell();
    for (let rings = 0; rings < 4; rings++) await w.ring();
    w.at -= 3_600_000;
    expect(await w.ring()).toMatchObject({ reason: expect.any(String) });
    w.at += 1_000;
    expect(await w.ring()).toEqual({ commandId: "c" });
  });

  test("where it does not ring, two of its own commands were sent within two seconds; and it sends one a second", async () => {
    const step = fc.record({ ms: fc.integer({ min: 0, max: 3000 }), isRefused: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        let isRefused = false;
        const w = bell(async () => {
          if (isRefused) throw ssmError("ThrottlingException");
          return "c";
        });
        const begun = w.at;
        for (const step of steps) {
          ({ isRefused } = step);
          w.at += step.ms;
          const rung = await w.ring();
          if ("commandId" in rung || rung.reason === "SSM throttles") continue;
          const near = w.accepted.filter((at) => w.at - at <= 2000);
          expect(near.length).toBeGreaterThanOrEqual(2);
        }
        expect(w.accepted.length).toBeLessThanOrEqual(3 + (w.at - begun) / 1000);
      }),
    );
  });
});
