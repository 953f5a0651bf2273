import { describe, expect, test } from "@jest/globals";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { Patience } from "../../../../cli/jobs/patience.ts";
import { LiveLine } from "../../../../cli/ui/live-line.ts";
import { OutageNote } from "../../../../cli/ui/outage-note.ts";
import { testUi } from "../../../support/test-ui.ts";

const s3 = (name: string, status?: number) =>
  new S3Error(name, "said the test", status === undefined ? {} : { status });
const system = (code: string, syscall = "connect") =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
const named = (name: string, more = {}) => Object.assign(new Error(name), { name, ...more });

/** Errors of a line that is down, of S3 itself, and of those who are asked for credentials. */
const PASSES: [string, Error][] = [
  ...["NetworkError", "TimeoutError", "MalformedResponse"].map((name): [string, Error] => [
    name,
    s3(name),
  ]),
  ...[500, 502, 503, 504].map((status): [string, Error] => [`${status}`, s3("Http", status)]),
  ["SlowDown", s3("SlowDown", 503)],
  ["429", s3("TooManyRequests", 429)],
  ["RequestTimeout", s3("RequestTimeout", 400)],
  ...["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN"].map(
    (code): [string, Error] => [`${code} of a client of the SDK`, system(code)],
  ),
  ["a name that cannot be looked up", system("EAI_AGAIN", "getaddrinfo")],
  ["a time-out of the SDK's", named("TimeoutError")],
  ["503 of STS", named("ServiceUnavailable", { $metadata: { httpStatusCode: 503 } })],
];

const STAYS: [string, Error][] = [
  ["ExpiredToken", s3("ExpiredToken", 400)],
  ["InvalidToken", s3("InvalidToken", 400)],
  ["RequestExpired", s3("RequestExpired", 403)],
  ["AccessDenied", s3("AccessDenied", 403)],
  ["NoSuchBucket", s3("NoSuchBucket", 404)],
  ["ProxyError", s3("ProxyError")],
  ["a full disk", system("ENOSPC", "write")],
  ["a missing file", system("ENOENT", "open")],
  ["a bug", new TypeError("x is undefined")],
];

function scene({ isReachable = true, live }: { isReachable?: boolean; live?: LiveLine } = {}) {
  const { ui, err, clock } = testUi(live && { live });
  const outage = new OutageNote(ui);
  const patience = new Patience(outage, async () => isReachable);
  const failing = (error: Error) => patience.look(() => Promise.reject(error));
  return { patience, failing, err, clock };
}

describe("a look at the bucket", () => {
  test.each(PASSES)("is repeated after %s", async (_name, error) => {
    expect(await scene().failing(error)).toBeUndefined();
  });

  test.each(STAYS)("fails because of %s", async (_name, error) => {
    await expect(scene().failing(error)).rejects.toBe(error);
  });

  test.each(["NotFromS3", "TlsError"])(
    "%s ends it, unless S3 has answered before",
    async (name) => {
      const { patience, failing } = scene();
      await expect(failing(s3(name))).rejects.toThrow();
      await patience.look(async () => 1);
      expect(await failing(s3(name))).toBeUndefined();
    },
  );

  test.each(["CredentialsProviderError", "TokenProviderError"])(
    "%s ends it only where S3 can be reached: else the provider could not reach its service either",
    async (name) => {
      await expect(scene().failing(named(name))).rejects.toThrow();
      expect(await scene({ isReachable: false }).failing(named(name))).toBeUndefined();
    },
  );
});

describe("the note of an outage", () => {
  test("is one line at its beginning and one at its end, however often it is looked", async () => {
    const { patience, failing, err, clock } = scene();
    for (const _time of [1, 2, 3]) {
      for (let look = 0; look < 50; look++) {
        await failing(s3("NetworkError"));
        clock.ms += patience.pauseMs;
      }
      await patience.look(async () => 1);
      await patience.look(async () => 1);
    }
    const once = [
      expect.stringMatching(/^S3 cannot be reached \(NetworkError: said the test\)/),
      expect.stringMatching(/^S3 answers again, after 1\dm/),
    ];
    expect(err).toEqual([...once, ...once, ...once]);
  });

  test("is the live line on a terminal, and nothing else", async () => {
    const shown: string[] = [];
    const live = new LiveLine({ columns: 100, write: (part) => void shown.push(part) }, true);
    const { patience, failing, err, clock } = scene({ live });
    await failing(s3("NetworkError"));
    clock.ms += 200_000;
    await failing(s3("TimeoutError"));
    await patience.look(async () => 1);
    expect(shown.join("")).toMatch(/no answer from S3 for 3m20s \(TimeoutError: said the test\)/);
    expect(err).toEqual([]);
    expect(shown.at(-1)).not.toMatch(/S3/);
  });

  test("pauses grow with it, up to 20 s, and begin anew with the next one", async () => {
    const { patience, failing, clock } = scene();
    const pauses: number[] = [];
    for (let look = 0; look < 30; look++) {
      await failing(s3("NetworkError"));
      pauses.push(patience.pauseMs);
      clock.ms += patience.pauseMs;
    }
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect([pauses[0], pauses.at(-1)]).toEqual([1_000, 20_000]);
    await patience.look(async () => 1);
    expect(patience.pauseMs).toBe(1_000);
  });
});
