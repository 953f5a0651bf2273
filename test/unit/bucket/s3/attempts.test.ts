import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Attempts } from "../../../../bucket/s3/attempts.ts";
import { Line } from "../../../../bucket/s3/line.ts";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";

const said = (name: string, status: number) => new S3Error(name, "no", { status });

const BUSY = [
  said("SlowDown", 503),
  said("Throttling", 400),
  said("InternalError", 500),
  said("InternalError", 200),
  said("BadGateway", 502),
];
/** Another attempt may help, and time does not. */
const COUNTED = [
  said("BadDigest", 400),
  said("ProxyError", 503),
  said("NotFromS3", 503),
  said("NotImplemented", 501),
];

/** Makes attempts until one does not fail, on a clock that pauses and attempts move; how many, and when the last began. */
async function tried(
  error: (ms: number) => S3Error | undefined,
  { ridesOut, random, takesMs }: { ridesOut: boolean; random: () => number; takesMs: number },
) {
  let ms = 0;
  const ports = {
    line: new Line(() => ms),
    now: () => ms,
    elapsed: () => ms,
    sleep: async (pause: number) => void (ms += pause),
    random,
  };
  const attempts = new Attempts(ports, { attempts: 5, ridesOut });
  for (let count = 1; ; count++) {
    const failed = error(ms);
    if (!failed) return { count, ms, failed: false };
    const began = ms;
    ms += takesMs;
    try {
      await attempts.next(failed);
    } catch {
      return { count, ms: began, failed: true };
    }
  }
}

describe("S3 that says it is busy", () => {
  const circumstances = {
    random: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => () => value),
    takesMs: fc.integer({ min: 0, max: 2000 }),
  };
  const errors = (of: readonly S3Error[]) => fc.infiniteStream(fc.constantFrom(...of));

  test("is asked again for a minute, and not for much longer", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(circumstances),
        errors(BUSY),
        fc.integer({ min: 0, max: 200_000 }),
        async (how, some, busyMs) => {
          fc.pre(how.random() > 0.01);
          const error = (ms: number) => (ms < busyMs ? some.next().value : undefined);
          const { count, ms, failed } = await tried(error, { ...how, ridesOut: true });
          if (failed) expect(ms).toBeGreaterThan(60_000 - how.takesMs);
          else expect(ms).toBeGreaterThanOrEqual(busyMs);
          if (busyMs < 60_000) expect(failed).toBe(false);
          expect(ms).toBeLessThan(60_000 + 20_000 + how.takesMs);
          expect(count).toBeLessThan(3000);
        },
      ),
    );
  });

  test.each([
    ["attempts that were set count alone", BUSY, false],
    ["of what time does not mend, attempts count alone", COUNTED, true],
  ] as const)("%s", async (_, of, ridesOut) => {
    await fc.assert(
      fc.asyncProperty(fc.record(circumstances), errors(of), async (how, some) => {
        const { count, failed } = await tried(() => some.next().value, { ...how, ridesOut });
        expect([count, failed]).toEqual([5, true]);
      }),
    );
  });
});
