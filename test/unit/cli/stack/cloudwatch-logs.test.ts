import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseSince } from "../../../../cli/jobs/since.ts";
import { filterLogsOfCloudWatch } from "../../../../cli/stack/cloudwatch-logs.ts";

const HOUR = 3_600_000;
/** CloudWatch's time. */
const NOW = Date.parse("2026-11-24T12:00:00Z");

/** A log group with an event each hour of the last 30, on pages of 4: the time of each that is found, and of each request's start. */
async function found(offMs: number, since: string, tells = true) {
  const starts: number[] = [];
  const events = Array.from({ length: 30 }, (_, at) => NOW - (30 - at) * HOUR);
  const handle = async ({ body }: { body: Uint8Array }) => {
    const asked = JSON.parse(new TextDecoder().decode(body)) as {
      startTime: number;
      nextToken?: string;
    };
    if (asked.nextToken === undefined) starts.push(asked.startTime);
    const all = events.filter((time) => time >= asked.startTime);
    const from = Number(asked.nextToken ?? 0);
    const page = all.slice(from, from + 4);
    const answer = {
      events: page.map((timestamp) => ({ timestamp, message: String(timestamp) })),
      ...(from + 4 < all.length && { nextToken: String(from + 4) }),
    };
    const headers: Record<string, string> = {
      "content-type": "application/x-amz-json-1.1",
      ...(tells && { date: new Date(NOW).toUTCString() }),
    };
    return { response: { statusCode: 200, headers, body: Buffer.from(JSON.stringify(answer)) } };
  };
  const logs = filterLogsOfCloudWatch({
    region: "us-east-1",
    credentials: { accessKeyId: "A", secretAccessKey: "s" },
    requestHandler: { handle } as never,
  });
  const query = {
    group: "g",
    pattern: "p",
    since: (now: Date) => parseSince(since, now),
    now: new Date(NOW + offMs),
  };
  const times: number[] = [];
  for await (const message of logs(query)) times.push(Number(message));
  return { times, starts };
}

test("what is found goes by CloudWatch's clock; only where ours is ahead of it, it is asked twice", async () => {
  const ahead = fc.integer({ min: -40 * 24, max: 40 * 24 });
  await fc.assert(
    fc.asyncProperty(ahead, fc.integer({ min: 1, max: 30 }), async (hours, age) => {
      const { times, starts } = await found(hours * HOUR, `${age}h`);
      expect(times).toEqual(Array.from({ length: age }, (_, at) => NOW - (age - at) * HOUR));
      expect(starts).toHaveLength(hours > 0 ? 2 : 1);
    }),
    { numRuns: 50 },
  );
});

test("a date is a date by any clock, and without one in the answer ours counts", async () => {
  const day = "2026-11-24T06:00Z";
  expect((await found(5 * HOUR, day)).starts).toEqual([Date.parse("2026-11-24T06:00Z")]);
  expect((await found(HOUR, "2h", false)).times).toEqual([NOW - HOUR]);
  expect((await found(30_000, "1h")).starts).toHaveLength(1);
});
