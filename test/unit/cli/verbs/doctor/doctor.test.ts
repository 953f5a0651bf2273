import { describe, expect, test } from "@jest/globals";
import { readStatus } from "../../../../../bucket/job-objects/status.ts";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import type { DoctorContext } from "../../../../../cli/verbs/doctor/context.ts";
import { doctorVerb } from "../../../../../cli/verbs/doctor/description.ts";
import { doctor, iamUser } from "../../../../../cli/verbs/doctor/doctor.ts";
import { CloudSubmitError } from "../../../../../protocol/error.ts";
import { HEARTBEAT_KEY } from "../../../../../protocol/heartbeat.ts";
import { PREFIX_MAX_LENGTH } from "../../../../../protocol/prefix.ts";
import { formatRecord } from "../../../../../protocol/record.ts";
import { doctorScene } from "../../../../support/doctor-world.ts";
import { heartbeatText } from "../../../../support/heartbeat.ts";
import { testContext } from "../../../../support/test-ui.ts";

const world = doctorScene();

describe("doctor", () => {
  test("finds nothing where all is well, and leaves nothing behind", async () => {
    const w = await world();
    const { code, checks } = await w.examine();
    expect([code, checks.map(({ name, verdict }) => `${name} ${verdict}`)]).toEqual([
      0,
      [
        "node ok",
        "credentials ok",
        "settings ok",
        "region ok",
        "bucket ok",
        "events ok",
        "objects ok",
        "clock ok",
        "agent ok",
      ],
    ]);
    expect([...w.server.objects.keys()]).toEqual([]);
    // Under a name that users of own prefixes may use.
    expect(w.server.seen.find(({ key }) => key !== "")?.key).toMatch(
      /^taro--doctor-\d{8}-\d{6}-\d+\/doctor-\d+\.txt$/,
    );
  });

  test.each<[string, Partial<DoctorContext>, RegExp]>([
    ["node", { nodeVersion: "20.14.0" }, /20\.15/],
    ["credentials", { identity: () => Promise.reject(new Error("no")) }, /aws configure/],
    [
      "settings",
      { jobs: () => Promise.reject(new CloudSubmitError("config", "no bucket")) },
      /cloud-submit init/,
    ],
    ["region", { region: () => Promise.reject(new Error("Region is missing")) }, /AWS_REGION/],
  ])("%s: broken, with what to do", async (name, changes, fix) => {
    const { code, broken, find } = await (await world(changes)).examine();
    expect([code, broken]).toEqual([1, 1]);
    expect(find(name)).toMatchObject({ verdict: "broken", fix: expect.stringMatching(fix) });
  });

  test("without events no job starts", async () => {
    const w = await world();
    w.hasEvents = false;
    const fix = expect.stringMatching(/put-bucket-notification-configuration --bucket b /);
    expect((await w.examine()).find("events")).toMatchObject({ verdict: "broken", fix });
  });

  test("what may not be seen is unknown, not broken", async () => {
    const w = await world();
    w.denied.push("s3:GetBucketNotification");
    const { code, find } = await w.examine();
    expect([code, find("events")?.verdict]).toEqual([0, "unknown"]);
  });

  test("STS that cannot be reached says nothing about the credentials", async () => {
    const unreachable = Object.assign(new Error("connect ETIMEDOUT"), { syscall: "connect" });
    const w = await world({ identity: () => Promise.reject(unreachable) });
    const { code, find } = await w.examine();
    expect([code, find("credentials")?.verdict]).toEqual([0, "unknown"]);
    expect(w.server.seen.find(({ key }) => key !== "")?.key).toMatch(/^doctor-/);
  });

  test("a bucket that may not be listed ends it, but not a deep look", async () => {
    const w = await world();
    w.denied.push("s3:ListBucket");
    const { code, checks, find, notChecked } = await w.examine();
    expect([code, checks.at(-1)?.name]).toEqual([1, "bucket"]);
    expect(find("bucket")?.fix).toMatch(/--prefix NAME/);
    expect(notChecked).toEqual(["events", "objects", "clock", "agent"]);
    const deep = await w.examine({ deep: true, timeout: 0.001 });
    expect(deep.find("parts")?.verdict).toBe("ok");
    expect(deep.notChecked).toEqual(["job"]);
  });

  test("tells the settings that are not the default", async () => {
    const w = await world({ inEffect: async () => ["max_attempts=10", "addressing_style=path"] });
    const detail = "bucket jobs, max_attempts=10, addressing_style=path";
    expect((await w.examine()).find("settings")).toMatchObject({ verdict: "ok", detail });
  });

  test("a setting with a wrong value is told by its own words, and ends it", async () => {
    const detail = "AWS_MAX_ATTEMPTS: give a whole number";
    const inEffect = () => Promise.reject(new CloudSubmitError("config", detail));
    const { checks } = await (await world({ inEffect })).examine();
    expect(checks.at(-1)).toEqual({ name: "settings", verdict: "broken", detail });
  });

  test.each([
    [30, "ok"],
    [-120, "warning"],
    [1000, "broken"],
  ])("a clock that is off by %d s is %s", async (seconds, verdict) => {
    const w = await world();
    w.ahead = seconds;
    const { find } = await w.examine();
    expect(find("clock")).toMatchObject({
      verdict,
      detail: `this machine is ${seconds} s ahead of S3`,
      measured: { aheadSeconds: seconds },
    });
  });

  test.each<[string, string | undefined, string, RegExp]>([
    ["none", undefined, "broken", /no readable heartbeat/],
    [
      "one that cannot be read",
      '{"schema":1,"everySeconds":-1}',
      "broken",
      /no readable heartbeat/,
    ],
    ["an old one", heartbeatText({ time: "2026-11-24T08:00:00.000Z" }), "broken", /4h00m ago/],
    [
      "one of an agent that was stopped",
      heartbeatText({ state: "stopped" }),
      "broken",
      /last heartbeat/,
    ],
    [
      "one without Slurm",
      heartbeatText({ slurm: { state: "unreachable", detail: "x" } }),
      "broken",
      /x/,
    ],
    [
      "one of another version",
      heartbeatText({ version: "1.0.0" }),
      "warning",
      /this command line is 1.2.3/,
    ],
  ])("the agent's heartbeat: %s", async (_name, object, verdict, detail) => {
    const w = await world();
    if (object === undefined) await w.store.delete(HEARTBEAT_KEY);
    else await w.store.put(HEARTBEAT_KEY, object);
    const { find } = await w.examine();
    expect(find("agent")).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test.each([
    [30, "warning"],
    [300, "ok"],
    [0, "ok"],
  ])("a Slurm that forgets jobs after %d s is, when looked at deeply, %s", async (age, verdict) => {
    const slurm = { state: "ok" as const, minJobAgeSeconds: age };
    for (const deep of [true, false]) {
      const w = await world();
      await w.store.put(HEARTBEAT_KEY, heartbeatText({ slurm }));
      const { find } = await w.examine({ deep, timeout: 0.001 });
      expect(find("agent")).toMatchObject({ verdict: deep ? verdict : "ok" });
    }
  });

  describe("--deep", () => {
    /** Answers a job as the cloud side does. */
    async function answered(outcome: "completed" | "failed") {
      const w = await world();
      const { sleep } = w.context;
      w.context.sleep = async (ms) => {
        await sleep(ms);
        const key = [...w.store.objects.keys()].find((one) => one.endsWith("job-aws-stat.txt"));
        const prefix = key?.split("/")[0] ?? "";
        const { submission = "" } = (await readStatus(w.store, prefix)) ?? {};
        const times = {
          requested: "2026-11-24T12:00:00.000Z",
          accepted: "2026-11-24T12:00:01.000Z",
          final: "2026-11-24T12:00:03.500Z",
        };
        const state = "JOB_COMPLETE" as const;
        const record = { version: 1 as const, prefix, submission, state, outcome, times };
        await w.store.put(`${prefix}/job-aws-job.json`, formatRecord(record));
        await w.store.put(`${prefix}/job-aws-stat.txt`, "JOB_COMPLETE\n");
      };
      return w;
    }

    test("tells how long each step took, and removes the job", async () => {
      const w = await answered("completed");
      const { code, find } = await w.examine({ deep: true });
      expect([code, find("job")?.verdict]).toEqual([0, "ok"]);
      expect(find("job")?.detail).toMatch(/^completed after .*accepted \+1.0s, final \+2.5s/);
      expect([...w.store.objects.keys()]).toEqual([HEARTBEAT_KEY]);
    });

    test("any prefix that may name a job will do, however long", async () => {
      const w = await answered("completed");
      const { find } = await w.examine({ deep: true, prefix: "p".repeat(PREFIX_MAX_LENGTH) });
      expect(find("job")).toMatchObject({ verdict: "ok" });
    });

    test("a job that fails is broken", async () => {
      const { code, find } = await (await answered("failed")).examine({ deep: true });
      expect([code, find("job")?.fix]).toEqual([1, expect.stringMatching(/status .* --explain/)]);
    });

    test("a job without an answer in time is broken, and stays where it is", async () => {
      const w = await world();
      const { find } = await w.examine({ deep: true, prefix: "mine", timeout: 60 });
      expect(find("job")).toMatchObject({
        verdict: "broken",
        detail: expect.stringMatching(/still FILE_UPLOAD after 60 s/),
      });
      expect(w.store.text("mine/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
    });
  });

  test("prints a line for each check, and what to do below it", async () => {
    const { ui, out } = (({ context, out: lines }) => ({ ui: context, out: lines }))(testContext());
    await doctor(
      {
        ...ui,
        version: "1",
        nodeVersion: "18.0.0",
        jobs: () => Promise.reject(new CloudSubmitError("config", "no bucket")),
        identity: async () => ({ account: "1", arn: "arn:aws:sts::1:assumed-role/r/s" }),
        inEffect: async () => [],
        region: async () => "",
        waysToAws: async () => ({ ways: [], certificates: undefined }),
        probe: () => Promise.reject(new Error("not asked for")),
        elapsed: () => 0,
        managedNodes: async () => [],
        withNullJob: () => Promise.reject(new Error("not asked for")),
      },
      parseFlags(doctorVerb.flags, {}),
    );
    expect(out).toEqual([
      "✗ node: Node.js 18.0.0",
      "  fix: install Node.js 20.15 or newer",
      "✓ credentials: arn:aws:sts::1:assumed-role/r/s",
      "✗ settings: no bucket",
      "  fix: cloud-submit init",
      "? not checked: region, bucket, events, objects, clock, agent",
      "2 checks failed.",
    ]);
  });

  test("refuses a bad --prefix", async () => {
    await expect((await world()).examine({ prefix: "a b" })).rejects.toMatchObject({
      code: "bad-prefix",
    });
  });
});

test.each([
  ["arn:aws:iam::1:user/taro", "taro"],
  ["arn:aws:iam::1:user/lab/taro", "taro"],
  ["arn:aws:sts::1:assumed-role/r/taro", undefined],
  ["arn:aws:iam::1:root", undefined],
])("the IAM user of %s is %s", (arn, user) => {
  expect(iamUser({ account: "1", arn })).toBe(user);
});
