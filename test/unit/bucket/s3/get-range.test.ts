import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { BucketClient } from "../../../../bucket/s3/bucket-client.ts";
import type { FileWork, Watch } from "../../../../bucket/s3/carry-file.ts";
import { getRange } from "../../../../bucket/s3/get-range.ts";
import type { S3Request } from "../../../../bucket/s3/s3-request.ts";

const START = 1000;

test("what is told to be written is, also when the thread that told it is lost and its bytes come again", async () => {
  const attempt = fc.record({
    pieces: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 6 }),
    // Ends without a word of how far it came; else the rest is asked for.
    isLost: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { maxLength: 6 }), async (attempts) => {
      let bytes = 0;
      const told: [number, number][] = [];
      const transfer = async (request: () => S3Request, work: FileWork, watch: Watch) => {
        if (work.kind !== "receive") throw new Error("nothing is received");
        request();
        for (const { pieces, isLost } of attempts) {
          watch.onBegin?.();
          let { at } = work.range;
          for (const piece of pieces) {
            watch.onBytes(piece);
            at += piece;
            told.push([seen ?? Number.NaN, at]);
          }
          if (!isLost) work.range.at = at;
        }
      };
      let seen: number | undefined;
      const got = await getRange(
        { transfer } as unknown as BucketClient,
        {
          key: "k",
          start: START,
          end: 10_000,
          size: 20_000,
          ifMatch: undefined,
          versionId: undefined,
          holds: undefined,
        },
        "large",
        3,
        { onBytes: (count) => (bytes += count), onAt: (at) => (seen = at) },
      );
      for (const [at, written] of told) expect(at).toBe(written);
      expect(bytes).toBe(attempts.flatMap(({ pieces }) => pieces).reduce((a, b) => a + b, 0));
      expect(got.bytes).toBeLessThanOrEqual(bytes);
    }),
  );
});
