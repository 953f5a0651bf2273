import { describe, expect, test } from "@jest/globals";
import { namePattern, timeOfPrefix } from "../../../../../cli/jobs/job-name.ts";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import { listVerb } from "../../../../../cli/verbs/list/description.ts";
import { list } from "../../../../../cli/verbs/list/list.ts";
import { listOutput } from "../../../../../cli/verbs/list/listed-job.ts";
import { makePrefix } from "../../../../../protocol/prefix.ts";
import { formatRecord, type JobRecord } from "../../../../../protocol/record.ts";
import { policedStore } from "../../../../support/policed-store.ts";
import { testContext } from "../../../../support/test-ui.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);

/** Flags as the verb gets them. */
const given = (flags: object = {}) => parseFlags(listVerb.flags, flags);

/** A bucket with jobs in it, and the output of `list`. */
function world(changes: Parameters<typeof testContext>[0] = {}) {
  const { context, store, out, err, requests } = testContext(changes);
  return {
    context,
    store,
    out,
    err,
    requests,
    async job(prefix: string, state: string, at: Date, record: Partial<JobRecord> = {}) {
      await store.put(`${prefix}/job-aws-stat.txt`, `${state}\n`);
      const held = store.objects.get(`${prefix}/job-aws-stat.txt`);
      if (held) held.lastModified = at;
      if (state !== "FILE_UPLOAD")
        await store.put(
          `${prefix}/job-aws-job.json`,
          formatRecord({
            version: 1,
            prefix,
            submission: "s1",
            state: "JOB_COMPLETE",
            times: { requested: at.toISOString() },
            ...record,
          }),
        );
    },
    async listed(pattern?: string, flags: object = {}) {
      out.length = 0;
      requests.length = 0;
      await list(context, pattern, given(flags));
      return out.map((line) => line.split("\t")[0]);
    },
  };
}

describe("list", () => {
  test("of 10,000 jobs reads only what it shows, the newest first", async () => {
    const w = world();
    const prefixes = Array.from({ length: 10_000 }, (_, at) =>
      makePrefix("wave", minutesAgo(at), "00ab12"),
    );
    for (const prefix of prefixes) await w.job(prefix, "JOB_COMPLETE", minutesAgo(0));
    expect(await w.listed()).toEqual(prefixes.slice(0, 50));
    const counts = { list: 0, get: 0 };
    for (const request of w.requests) counts[request.split(" ")[0] as "list" | "get"] += 1;
    // 10,000 common prefixes are ten pages.
    expect(counts).toEqual({ list: 10, get: 100 });
    expect(w.err).toEqual(["9950 older jobs not shown: use --limit, --since or a pattern"]);
    // A filter that only the objects can tell has a bound, too.
    expect(await w.listed(undefined, { state: "JOB_SUBMIT" })).toEqual([]);
    expect(w.requests.filter((one) => one.startsWith("get"))).toHaveLength(1000);
    expect(w.err.at(-1)).toMatch(/only the newest 1000 jobs were checked, 9000 were not/);
  });

  test("of none at all is refused", () => {
    expect(() => given({ limit: "0" })).toThrow("--limit");
  });

  test("shows state, outcome, Slurm job, age and duration", async () => {
    const w = world({ columns: 120 });
    await w.job("done", "JOB_COMPLETE", minutesAgo(90), {
      outcome: "failed",
      slurm: { jobId: "17" },
      times: {
        requested: minutesAgo(90).toISOString(),
        ended: minutesAgo(60).toISOString(),
      },
    });
    await w.job("new", "FILE_UPLOAD", minutesAgo(1));
    await list(w.context, undefined, given({}));
    expect(w.out).toEqual([
      "PREFIX  STATE         OUTCOME  SLURM  AGE    DURATION",
      "new     FILE_UPLOAD                   1m00s",
      "done    JOB_COMPLETE  failed   17     1h30m  30m00s",
    ]);
  });

  test("names without a time are put where their objects say", async () => {
    const w = world();
    const dated = makePrefix("wave", minutesAgo(10), "00ab12");
    await w.job(dated, "JOB_COMPLETE", minutesAgo(1));
    await w.job("old", "JOB_COMPLETE", minutesAgo(20));
    await w.job("new", "JOB_COMPLETE", minutesAgo(5));
    expect(await w.listed()).toEqual(["new", dated, "old"]);
    // Two for each job that is shown: what was read for its time is not read again.
    expect(w.requests.filter((one) => one.startsWith("get"))).toHaveLength(6);
  });

  test("many names without a time come by name, counters backwards, and it says so", async () => {
    const w = world();
    for (let at = 1; at <= 501; at++) await w.job(`job${at}`, "JOB_COMPLETE", minutesAgo(at));
    expect(await w.listed(undefined, { limit: 2 })).toEqual(["job501", "job500"]);
    expect(w.requests).toHaveLength(5);
    expect(w.err.at(-1)).toBe("501 names contain no time: sorted by name, after the others");
  });

  test("filters by state, time and name", async () => {
    const w = world();
    await w.job("a1", "JOB_SUBMIT", minutesAgo(1));
    await w.job("a2", "JOB_COMPLETE", minutesAgo(90));
    await w.job("b1", "JOB_SUBMIT", minutesAgo(120));
    expect(await w.listed(undefined, { state: "job_submit" })).toEqual(["a1", "b1"]);
    expect(await w.listed(undefined, { since: "1h" })).toEqual(["a1"]);
    expect(await w.listed("a")).toEqual(["a1", "a2"]);
    expect(w.requests[0]).toBe("list a");
    expect(await w.listed("*1")).toEqual(["a1", "b1"]);
    expect(await w.listed("c")).toEqual([]);
    expect(w.err.at(-1)).toBe("no jobs");
    await expect(w.listed(undefined, { state: "RUNNING" })).rejects.toMatchObject({
      code: "usage",
    });
  });

  test("ages and --since go by S3's clock, and not by this machine's", async () => {
    const w = world({ now: () => new Date(NOW + 40 * 86_400_000), columns: 120 });
    w.store.answered = () => new Date(NOW);
    const dated = makePrefix("wave", minutesAgo(10), "00ab12");
    await w.job(dated, "FILE_UPLOAD", minutesAgo(10));
    expect(await w.listed(undefined, { since: "1h" })).toEqual([
      expect.stringMatching(/^PREFIX .* AGE/),
      expect.stringMatching(/^wave-.* 10m00s$/),
    ]);
    expect(await w.listed(undefined, { since: "5m" })).toEqual([]);
  });

  test("filters by owner, name and partition, as far as they are known", async () => {
    const w = world();
    const slurm = (name: string, partition: string) => ({
      state: "JOB_SUBMIT" as const,
      slurm: { jobId: "9", name, partition },
    });
    await w.job("a1", "JOB_SUBMIT", minutesAgo(1), {
      ...slurm("fit", "gpu"),
      requester: { submitter: "taro@ws2" },
    });
    await w.job("a2", "JOB_SUBMIT", minutesAgo(2), {
      ...slurm("fit-2", "cpu,gpu"),
      requester: { submitter: "hanako@ws1" },
    });
    await w.job("a3", "JOB_SUBMIT", minutesAgo(3), { state: "JOB_SUBMIT" });
    await w.store.put("a4/job-aws-stat.txt", "FILE_UPLOAD\n", {
      metadata: { submitter: "taro@ws1" },
    });
    // It tells who cancels.
    await w.store.put("a5/job-aws-stat.txt", "JOB_CANCEL\n", {
      metadata: { submitter: "taro@ws1" },
    });
    expect(new Set(await w.listed(undefined, { mine: true }))).toEqual(new Set(["a1", "a4"]));
    expect(await w.listed(undefined, { partition: "gpu" })).toEqual(["a1", "a2"]);
    expect(await w.listed(undefined, { name: "fit" })).toEqual(["a1"]);
    expect(await w.listed(undefined, { name: "fit*", limit: 1 })).toEqual(["a1"]);
    expect(await w.listed(undefined, { name: "*", partition: "cpu" })).toEqual(["a2"]);
  });

  test("shows name, partition and owner where there is room", async () => {
    const line = async (columns: number) => {
      const w = world({ columns });
      await w.job("job1", "JOB_SUBMIT", minutesAgo(2), {
        state: "JOB_SUBMIT",
        slurm: { jobId: "9", name: "fit" },
        requester: { submitter: "taro@ws2" },
      });
      await list(w.context, undefined, given({}));
      return w.out;
    };
    expect(await line(120)).toEqual([
      "PREFIX  STATE       OUTCOME  SLURM  AGE    DURATION  NAME  OWNER",
      "job1    JOB_SUBMIT           9      2m00s  2m00s     fit   taro@ws2",
    ]);
    expect((await line(60))[0]).toMatch(/DURATION  NAME$/);
    expect((await line(50))[0]).toMatch(/DURATION$/);
  });

  test("leaves out the system's folder, files at the top and folders without a job", async () => {
    const w = world();
    await w.store.put(".cloud-submit/heartbeat.json", "{}");
    await w.store.put("readme.txt", "");
    await w.store.put("uploading/data", "");
    await w.job("job1", "JOB_COMPLETE", minutesAgo(1));
    expect(await w.listed()).toEqual(["job1"]);
  });

  test("with --json prints an object for each job, which fits the schema", async () => {
    const w = world({ json: true });
    await w.job("job1", "JOB_SUBMIT", minutesAgo(2), {
      state: "JOB_SUBMIT",
      slurm: { jobId: "9" },
    });
    await list(w.context, undefined, given({}));
    expect(w.out.map((line) => listOutput.parse(JSON.parse(line)))).toEqual([
      {
        prefix: "job1",
        state: "JOB_SUBMIT",
        since: minutesAgo(2).toISOString(),
        outcome: null,
        slurmJobId: "9",
        waitsFor: null,
        requestedAt: minutesAgo(2).toISOString(),
        owner: null,
        name: null,
        partition: null,
        seconds: 120,
      },
    ]);
  });

  test("a user of own prefixes lists by the beginning of their names, and learns how", async () => {
    const w = world();
    const store = policedStore((_action, target) =>
      "listed" in target ? target.listed.startsWith("taro-") : target.key.startsWith("taro-"),
    );
    await store.put("taro-1/job-aws-stat.txt", "FILE_UPLOAD").catch(() => undefined);
    const context = { ...w.context, store };
    await list(context, "taro-", given({}));
    expect(w.out).toEqual([expect.stringMatching(/^taro-1\t/)]);
    await expect(list(context, undefined, given({}))).rejects.toThrow(/cloud-submit list taro-/);
  });
});

test.each([
  ["wave-20261124-120000-3fa2c1", "2026-11-24T12:00:00.000Z"],
  ["a-20261124-120000-1-20250101-000000-ab", "2025-01-01T00:00:00.000Z"],
  ["job0001", undefined],
  ["x-20261399-120000-3fa2c1", undefined],
])("the prefix %s tells the time %s", (prefix, time) => {
  expect(timeOfPrefix(prefix)?.toISOString()).toBe(time);
});

test.each([
  [undefined, "", "anything", true],
  ["wave", "wave", "wave-1", true],
  ["wave-*-b", "wave-", "wave-1-b", true],
  ["wave-*-b", "wave-", "wave-1-c", false],
  ["job?.1", "job", "job1.1", true],
  ["job?.1", "job", "job1x1", false],
])("the pattern %s lists %s; %s: %s", (text, start, name, fits) => {
  const pattern = namePattern(text);
  expect([pattern.start, pattern.fits(name)]).toEqual([start, fits]);
});
