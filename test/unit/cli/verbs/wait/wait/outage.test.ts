import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { S3Error } from "../../../../../../bucket/s3/s3-error.ts";
import { reportError } from "../../../../../../cli/errors/report-error.ts";
import { ja } from "../../../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../../../cli/messages/say.ts";
import { run } from "../../../../../../cli/verbs/run/run.ts";
import { wait, waitOutput } from "../../../../../../cli/verbs/wait/wait.ts";
import { endingJobs } from "../../../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../../../support/job-folder.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";

const DOWN = new S3Error("NetworkError", "connect ECONNREFUSED 10.0.0.1:443");
const EXPIRED = [
  "ExpiredToken",
  "InvalidToken",
  "RequestExpired",
  "TokenRefreshRequired",
  "CredentialsProviderError",
  "ExpiredTokenException",
];

/** Jobs under way, in a bucket that cannot be reached while `isDown` says so. */
async function going(changes: Parameters<typeof endingJobs>[0] = {}, jobs = ["a"]) {
  const w = endingJobs(changes);
  for (const job of jobs) await w.state(job, "JOB_SUBMIT");
  const line = { error: undefined as Error | undefined };
  w.store.before = () => {
    if (line.error) throw line.error;
  };
  /** For each time that somebody sleeps from now on. */
  const next = (...steps: (() => unknown)[]) =>
    w.steps.push(...steps.map((step) => async () => step()));
  const ends = async (job: string, record = {}) => {
    const { error } = line;
    line.error = undefined;
    await w.end(job, record);
    line.error = error;
  };
  return { ...w, line, next, ends };
}

/** Lines that the program ends a verb with for an error, and the exit code. */
function told(
  error: unknown,
  w: Awaited<ReturnType<typeof going>>,
  json = false,
  say = sayEnglish,
) {
  const lines: string[] = [];
  const { wayOn } = w.context.interrupt;
  const exitCode = reportError(error, say, { json, wayOn, write: (line) => lines.push(line) });
  return { lines, exitCode };
}

describe("wait", () => {
  test("outlasts a day without S3, and says so once at its beginning and once at its end", async () => {
    const w = await going();
    const looks = 24 * 180;
    w.next(
      () => (w.line.error = DOWN),
      ...Array.from({ length: looks }, () => () => undefined),
      () => w.ends("a", { outcome: "failed" }),
      () => (w.line.error = undefined),
    );
    expect(await wait(w.context, ["a"], {})).toBe(1);
    const notes = w.err.filter((line) => /S3/.test(line));
    expect(notes).toEqual([
      expect.stringMatching(/^S3 cannot be reached \(NetworkError: connect ECONNREFUSED/),
      expect.stringMatching(/^S3 answers again, after 2\dh|1d/),
    ]);
    expect(Math.max(...w.slept)).toBe(20_000);
    expect(w.out).toEqual(["a: failed"]);
  });

  test("begins without S3, too", async () => {
    const w = await going();
    w.line.error = DOWN;
    w.next(
      () => undefined,
      () => w.ends("a"),
      () => (w.line.error = undefined),
    );
    expect(await wait(w.context, ["a"], {})).toBe(0);
  });

  test("--json has nothing of it on stdout", async () => {
    const w = await going({ json: true });
    w.next(
      () => (w.line.error = DOWN),
      () => w.ends("a"),
      () => (w.line.error = undefined),
    );
    expect(await wait(w.context, ["a"], {})).toBe(0);
    expect(w.out).toHaveLength(1);
    expect(waitOutput.parse(JSON.parse(w.out[0] ?? ""))).toMatchObject({
      prefix: "a",
      exitCode: 0,
    });
  });

  test("for many jobs notes an outage once", async () => {
    const w = await going({}, ["a", "b", "c"]);
    w.line.error = DOWN;
    w.next(
      ...Array.from({ length: 20 }, () => () => undefined),
      () => w.ends("a"),
      () => w.ends("b"),
      () => w.ends("c"),
      () => (w.line.error = undefined),
    );
    expect(await wait(w.context, ["a", "b", "c"], {})).toBe(0);
    expect(w.err.filter((line) => /cannot be reached/.test(line))).toHaveLength(1);
  });

  test("--timeout ends it in an outage, and the way on is told", async () => {
    const w = await going();
    w.line.error = DOWN;
    const error = await wait(w.context, ["a"], { timeout: 60 }).catch((one: unknown) => one);
    expect(w.slept.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
    expect(told(error, w)).toEqual({
      lines: [
        expect.stringMatching(
          /^cloud-submit: a: still without a state after 60 s; no answer from S3 for 1m00s \(Network/,
        ),
        "The job continues. To wait again: cloud-submit wait a; to end it: cloud-submit cancel a",
      ],
      exitCode: 4,
    });
  });

  test("--timeout and --any end it though a look goes on and on", async () => {
    const w = await going({}, ["a", "b"]);
    await w.end("b");
    const stuck = w.store.get.bind(w.store);
    w.store.get = (key, options) =>
      key.startsWith("a/") ? new Promise(() => undefined) : stuck(key, options);
    expect(await wait(w.context, ["a", "b"], { any: true })).toBe(0);
    await expect(wait(w.context, ["a"], { timeout: 0.05 })).rejects.toMatchObject({
      code: "timeout",
    });
  });

  test("goes through any outages to the same end", async () => {
    const errors = fc.constantFrom<Error | undefined>(
      DOWN,
      new S3Error("TimeoutError", "t"),
      new S3Error("ServiceUnavailable", "s", { status: 503 }),
      new S3Error("InternalError", "i", { status: 500 }),
      Object.assign(new Error("x"), { code: "ENOTFOUND", syscall: "getaddrinfo" }),
      undefined,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(errors, { maxLength: 30 }), fc.nat(29), async (line, endsAt) => {
        const w = await going();
        // Each request meets another line, so that looks break off in the middle, too.
        const left = [...line];
        w.store.before = (operation) => {
          const error = operation === "get" ? left.shift() : undefined;
          if (error) throw error;
        };
        w.next(...Array.from({ length: endsAt }, () => () => undefined), () =>
          w.end("a", { outcome: "timeout" }),
        );
        expect(await wait(w.context, ["a"], {})).toBe(1);
        expect(w.out).toEqual(["a: timeout"]);
        expect(w.err.filter((text) => /JOB_/.test(text)).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(EXPIRED)("%s ends what waits, and says: sign in, then", (name) => {
  const error = Object.assign(new Error("of the test"), { name, $metadata: {} });
  const given = { bucket: "b", profile: "my site" };

  test("cloud-submit wait, in an outage, too", async () => {
    const w = await going({ given });
    w.next(
      () => (w.line.error = DOWN),
      () => (w.line.error = error),
    );
    const thrown = await wait(w.context, ["a"], {}).catch((one: unknown) => one);
    const command = "cloud-submit wait a --bucket b --profile 'my site'";
    const { lines, exitCode } = told(thrown, w);
    expect(exitCode).toBe(7);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`The job continues. To wait again: sign in, then ${command};`);
    expect(told(thrown, w, false, sayIn(ja.messages)).lines[1]).toContain(command);
    expect(JSON.parse(told(thrown, w, true).lines[0] ?? "")).toMatchObject({
      error: { code: "credentials" },
      exitCode: 7,
      resume: command,
    });
  });

  test("cloud-submit wait for those of several jobs that have not ended", async () => {
    const w = await going({}, ["a", "b", "c"]);
    w.next(
      () => w.ends("b"),
      () => undefined,
      () => undefined,
      () => (w.line.error = error),
    );
    expect(await wait(w.context, ["a", "b", "c"], {})).toBe(7);
    expect(w.err.at(-1)).toContain("sign in, then cloud-submit wait a c;");
  });

  test("in lines of JSON, each with its command", async () => {
    const w = await going({ json: true, given }, ["a", "b"]);
    w.next(() => (w.line.error = error));
    expect(await wait(w.context, ["a", "b"], {})).toBe(7);
    const lines = w.out.map((line) => waitOutput.parse(JSON.parse(line)));
    expect(
      lines.map(({ prefix, exitCode, error: of, resume }) => [prefix, exitCode, of?.code, resume]),
    ).toEqual(
      ["a", "b"].map((job) => [
        job,
        7,
        "credentials",
        `cloud-submit wait ${job} --bucket b --profile 'my site'`,
      ]),
    );
  });

  test("cloud-submit wait and fetch, where run waits", async () => {
    const w = await going();
    const to = temporaryFolder();
    w.next(() => (w.line.error = error));
    const thrown = await run(w.context, scriptFolder(), { prefix: "r", to }).catch(
      (one: unknown) => one,
    );
    expect(told(thrown, w)).toMatchObject({
      exitCode: 7,
      lines: [
        expect.anything(),
        expect.stringContaining(
          `sign in, then cloud-submit wait r; cloud-submit fetch r --to ${to}`,
        ),
      ],
    });
  });
});
