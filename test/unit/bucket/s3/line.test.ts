import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Attempts } from "../../../../bucket/s3/attempts.ts";
import { Line } from "../../../../bucket/s3/line.ts";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { testClock } from "../../../support/test-clock.ts";

test("however many requests meet an outage that was given up, its error has one cause and one duration", async () => {
  // Milliseconds between requests: some look again, others are told at once.
  const gaps = fc.array(fc.integer({ min: 0, max: 8_000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(gaps, async (pauses) => {
      const clock = { ...testClock(), random: () => 1 };
      const line = new Line(clock.elapsed);
      const request = async () => {
        const attempts = new Attempts({ ...clock, line }, { attempts: 5, ridesOut: true });
        for (;;) {
          try {
            line.check();
            throw new S3Error("NetworkError", "connect ECONNREFUSED");
          } catch (error) {
            await attempts.next(error);
          }
        }
      };
      for (const pause of pauses) {
        const message = expect.stringMatching(
          /^connect ECONNREFUSED; nothing came from S3 for \d+ s$/,
        );
        await expect(request()).rejects.toMatchObject({ name: "NetworkError", message });
        await clock.sleep(pause);
      }
    }),
  );
});
