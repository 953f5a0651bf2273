import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { actionOf, doctorScene } from "../../../../support/doctor-world.ts";
import { fail } from "../../../../support/s3-server.ts";

const world = doctorScene();
const DEEP = { deep: true, timeout: 0.001 };

/** Where S3 is not reached any more from the first request of an action on. */
const CUTS: [action: string, broken: string, requests: number, notChecked: string[]][] = [
  ["s3:ListBucket", "bucket", 2, ["events", "objects", "clock", "agent"]],
  ["s3:GetBucketNotification", "events", 2, ["objects", "clock", "agent"]],
  // Twice to write it, and twice to remove it: it may have been written.
  ["s3:PutObject", "objects", 4, ["agent"]],
  ["s3:GetObject", "objects", 4, ["agent"]],
  ["s3:DeleteObject", "objects", 4, ["agent"]],
];

describe.each(CUTS)("from %s on", (from, name, requests, notChecked) => {
  test.each(["without a word", "by a reset"])(
    "S3 is gone %s: each check behind it is told, and none waits for it",
    async (how) => {
      const timeouts = { connectionTimeout: 1000, socketTimeout: 50 };
      const w = await world({}, { timeouts });
      let asked = 0;
      w.intercept = (seen, response) => {
        if (asked === 0 && actionOf(seen) !== from) return false;
        asked += 1;
        if (how === "by a reset") response.socket?.destroy();
        return true;
      };
      const found = await w.examine();
      expect(found.checks.filter(({ verdict }) => verdict === "broken")).toEqual([
        {
          name,
          verdict: "broken",
          detail: expect.any(String),
          fix: expect.stringMatching(/HTTPS_PROXY, NO_PROXY/),
        },
      ]);
      expect(found.notChecked).toEqual(notChecked);
      expect(asked).toBe(requests);
    },
  );
});

const PAGE = "<html><head><title>Sign in</title></head><body>Welcome</body></html>";

describe("another's answers in S3's place", () => {
  test.each([
    [200, {}, PAGE],
    [403, { server: "Squid" }, PAGE],
    [302, { location: "http://portal/" }, "<html>Moved</html>"],
    [511, {}, PAGE],
    [404, { "content-type": "text/html" }, PAGE],
  ])("status %d: neither credentials nor bucket are blamed", async (status, headers, body) => {
    for (const flags of [{}, DEEP]) {
      const w = await world();
      w.intercept = (_seen, response) => {
        response.writeHead(status, headers).end(body);
        return true;
      };
      const { find, checks } = await w.examine(flags);
      expect(checks.at(-1)?.name).toBe("bucket");
      expect(find("bucket")).toMatchObject({
        verdict: "broken",
        fix: expect.stringMatching(/sign in|HTTPS_PROXY/),
      });
      expect(find("bucket")?.detail).not.toMatch(/credential|--bucket/);
    }
  });
});

test("whatever fails and when, everything that stays is named, and the requests are few", async () => {
  const answers = fc.constantFrom("well", "well", "well", "refused", "failing", "cut");
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 5, maxLength: 60 }), async (plan) => {
      const w = await world();
      w.server.objects.clear();
      w.server.uploads.clear();
      const before = w.server.seen.length;
      let number = 0;
      w.intercept = (_seen, response) => {
        const answer = plan[number++ % plan.length];
        if (answer === "refused") fail(response, 403, "AccessDenied");
        if (answer === "failing") fail(response, 500, "InternalError");
        if (answer === "cut") response.socket?.destroy();
        return answer !== "well";
      };
      const { find, checks, broken } = await w.examine(DEEP);
      const named = find("leftovers")?.detail ?? "";
      for (const key of w.server.objects.keys()) expect(named).toContain(`s3://b/${key}`);
      for (const id of w.server.uploads.keys()) expect(named).toMatch(new RegExp(`${id}(;|$)`));
      expect(w.server.seen.length - before).toBeLessThanOrEqual(80);
      expect(checks.filter(({ verdict }) => verdict === "broken")).toHaveLength(broken);
    }),
    { numRuns: 25 },
  );
});
