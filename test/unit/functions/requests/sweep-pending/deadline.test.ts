import { describe, expect, test } from "@jest/globals";
import { sweepPending } from "../../../../../functions/requests/sweep-pending.ts";
import { HEARTBEAT_KEY } from "../../../../../protocol/heartbeat.ts";
import type { State } from "../../../../../protocol/state.ts";
import { functionWorld } from "../../../../support/function-world.ts";
import { inTime, pending, SWEEP_TIMES } from "../../../../support/pending-requests.ts";

describe("past the deadline", () => {
  test("a request ends in JOB_ERROR unreachable, with reason, time and who asked", async () => {
    const { w, sweep, passSeconds } = await pending();
    const requested = w.ports.now().toISOString();
    passSeconds(86_401);
    expect(await sweep()).toMatchObject({ givenUp: 1, waiting: 0, oldestSeconds: 0, sent: 0 });
    expect([w.statuses.get("job1")?.state, w.markers.size]).toEqual(["JOB_ERROR", 0]);
    expect(w.records.get("job1")).toMatchObject({
      submission: "v1",
      outcome: "unreachable",
      requester: { account: "1" },
      times: { requested },
      error: { code: "unreachable", message: expect.stringContaining("not answered for 24 h") },
    });
    const told = { to: "JOB_ERROR", outcome: "unreachable", requestedAt: requested };
    expect(w.announced.at(-1)).toMatchObject(told);
  });

  test("so does a job that Slurm has, and nothing of a record that is there goes into the new one", async () => {
    const { w, sweep, submitted, passSeconds } = await pending();
    submitted("job1", "v1");
    w.records.set("job1", {
      version: 1,
      prefix: "job1",
      submission: "v1",
      state: "JOB_SUBMIT",
      slurm: { jobId: "3" },
      times: {},
    });
    passSeconds(86_401);
    expect(await sweep()).toMatchObject({ givenUp: 1 });
    expect(w.records.get("job1")).toMatchObject({ submission: "v1", outcome: "unreachable" });
    expect(w.records.get("job1")).not.toHaveProperty("slurm");
  });

  test("a submission and its cancel end as one; so does a run that only its marker still knows", async () => {
    const { w, ask, sweep, passSeconds } = await pending(["job1", "job2"]);
    await ask("job1", "JOB_CANCEL");
    w.status("job2", "JOB_CANCEL");
    passSeconds(86_401);
    expect(await sweep()).toMatchObject({ givenUp: 2, removed: 1, failed: [] });
    expect(w.markers.size).toBe(0);
    expect(w.records.get("job1")).toMatchObject({ submission: "v1", state: "JOB_ERROR" });
    expect(w.records.get("job2")).toMatchObject({ submission: "v2", state: "JOB_ERROR" });
  });

  test("a cancel alone ends, too", async () => {
    const { w, sweep, passSeconds } = await pending(["job1"], "JOB_CANCEL");
    passSeconds(86_401);
    expect(await sweep()).toMatchObject({ givenUp: 1 });
    expect(w.statuses.get("job1")?.state).toBe("JOB_ERROR");
  });

  test.each<[string, State | undefined, string]>([
    ["it has ended", "JOB_COMPLETE", "v1"],
    ["it has failed", "JOB_ERROR", "v1"],
    ["another submission is with Slurm", "JOB_SUBMIT", "other"],
    ["another submission asks", "FILE_UPLOAD", "other"],
    ["it has been removed", undefined, ""],
    ["it says nothing", undefined, "v1"],
  ])(
    "where the status object says that %s, the marker alone goes",
    async (_name, state, submission) => {
      const { w, sweep, passSeconds } = await pending();
      if (submission === "") w.statuses.delete("job1");
      else w.status("job1", state, { metadata: { submission } });
      const told = w.announced.length;
      passSeconds(86_401);
      expect(await sweep()).toMatchObject({ removed: 1, givenUp: 0, sent: 0 });
      expect([w.markers.size, w.announced.length, [...w.records]]).toEqual([0, told, []]);
    },
  );

  test("a client that has asked again a moment ago is not given up yet", async () => {
    const metadata = { submission: "s1" };
    const { w, ask, sweep, passSeconds } = await pending([]);
    await ask("job1", "FILE_UPLOAD", { metadata });
    passSeconds(86_300);
    await ask("job1", "FILE_UPLOAD", { metadata });
    passSeconds(200);
    expect(await sweep()).toMatchObject({ givenUp: 0, removed: 0, waiting: 2 });
    passSeconds(86_300);
    expect(await sweep()).toMatchObject({ givenUp: 1 });
    expect(w.markers.size).toBe(0);
  });

  test("an agent of whose looks nothing is known may be at work: what Slurm has is not given up", async () => {
    const { w, sweep, submitted, passSeconds } = await pending(["job1", "job2"]);
    submitted("job1", "v1");
    w.store.objects.delete(HEARTBEAT_KEY);
    passSeconds(86_401);
    expect(await sweep()).toMatchObject({ givenUp: 1, waiting: 1 });
    expect(w.statuses.get("job1")?.state).toBe("JOB_SUBMIT");
    expect(w.statuses.get("job2")?.state).toBe("JOB_ERROR");
  });

  test("an agent that is alive is at work on what Slurm has, although no look of its comes to an end", async () => {
    const { w, ask, sweep, submitted, passSeconds } = await pending(["job1", "job2"]);
    submitted("job1", "v1");
    const looked = w.ports.now();
    passSeconds(86_401);
    await ask("job3");
    w.beats(looked);
    passSeconds(180);
    expect(await sweep()).toMatchObject({ givenUp: 1, waiting: 2 });
    expect(w.statuses.get("job1")?.state).toBe("JOB_SUBMIT");
    passSeconds(1);
    expect(await sweep()).toMatchObject({ givenUp: 1 });
    expect(["job1", "job2", "job3"].map((prefix) => w.statuses.get(prefix)?.state)).toEqual([
      "JOB_ERROR",
      "JOB_ERROR",
      "FILE_UPLOAD",
    ]);
  });

  test("an agent that names what it cannot take has all else in hand, and that alone is given up", async () => {
    const { w, sweep, passSeconds } = await pending(["job1", "job2"]);
    const beat = () => w.beats(w.ports.now(), w.ports.now(), ["job1/run-v1"]);
    passSeconds(300);
    beat();
    expect(await sweep()).toMatchObject({ inHand: 1, waiting: 1, sent: 1 });
    passSeconds(86_401);
    beat();
    expect(await sweep()).toMatchObject({ inHand: 1, givenUp: 1 });
    expect(w.statuses.get("job1")?.state).toBe("JOB_ERROR");
    expect(w.statuses.get("job2")?.state).toBe("FILE_UPLOAD");
  });

  test("nothing more is given up once the agent is heard again", async () => {
    const prefixes = Array.from({ length: 30 }, (_, at) => `job${at}`);
    const { w, sweep, passSeconds } = await pending(prefixes);
    passSeconds(86_401);
    let ends = 0;
    w.store.before = (operation, key) => {
      if (operation === "put" && key.endsWith("job-aws-job.json") && ++ends === 1)
        w.beats(w.ports.now());
    };
    const { givenUp, waiting } = await sweep();
    expect([givenUp + waiting, w.markers.size]).toEqual([30, waiting]);
    // Those that were looked at beside the first one.
    expect(givenUp).toBeLessThanOrEqual(8);
  });

  test("a status object that is written at that moment is not overwritten", async () => {
    const { w, sweep, passSeconds } = await pending();
    passSeconds(86_401);
    w.store.before = (operation, key) => {
      if (operation === "put" && key.endsWith("job-aws-job.json")) w.status("job1", "JOB_COMPLETE");
    };
    await sweep();
    expect(w.statuses.get("job1")?.state).toBe("JOB_COMPLETE");
  });

  test("one that cannot be read does not hold up the others, and is named", async () => {
    const { w, sweep, passSeconds } = await pending(["job1", "job2"]);
    w.store.before = (operation, key) => {
      if (operation === "get" && key.startsWith("job1/")) throw new Error("the body was cut short");
    };
    passSeconds(86_402);
    expect(await sweep()).toMatchObject({
      givenUp: 1,
      failed: [{ prefix: "job1", error: "the body was cut short" }],
    });
  });

  test("where S3 lets no marker go, the request ends once", async () => {
    const { w, sweep, passSeconds } = await pending();
    w.store.before = (operation) => {
      if (operation === "delete") throw Object.assign(new Error("no"), { name: "AccessDenied" });
    };
    passSeconds(86_401);
    expect(await sweep()).toMatchObject({ givenUp: 1 });
    expect(await sweep()).toMatchObject({ givenUp: 0, left: 1, sent: 0, failed: [] });
    expect(w.announced.filter(({ to }) => to === "JOB_ERROR")).toHaveLength(1);
  });

  test("a marker of an earlier version's check is nobody's: it is neither rung for nor given up", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_SUBMIT");
    await w.store.put(".cloud-submit/pending/job1/check-s9.json", "{}");
    w.passSeconds(90_000);
    const report = await sweepPending(SWEEP_TIMES, w.ports, inTime);
    expect(report).toMatchObject({ sent: 0, givenUp: 0, removed: 0, failed: [] });
  });
});

describe("an agent of an earlier version, which tells of no looks", () => {
  async function earlier(prefixes: string[]) {
    const p = await pending(prefixes);
    p.w.beats();
    return p;
  }

  test("gets a command for each request that has waited for long and has no answer", async () => {
    const { w, ask, sweep, submitted, passSeconds } = await earlier(["job1", "job2", "job3"]);
    submitted("job2", "v2");
    passSeconds(241);
    await ask("job4");
    w.sent.length = 0;
    expect(await sweep()).toMatchObject({ sent: 2, removed: 0, waiting: 2 });
    expect(w.sent.map(({ prefix }) => prefix)).toEqual(["job1", "job3"]);
    // The marker of what Slurm has stays: it tells the agent that comes of it.
    expect(w.markers.size).toBe(4);
  });

  test("what has ended loses its marker, what is past the deadline is given up, and what Slurm has is not", async () => {
    const { w, sweep, submitted, passSeconds } = await earlier(["job1", "job2", "job3"]);
    submitted("job2", "v2");
    w.status("job3", "JOB_COMPLETE", { metadata: { submission: "v3" } });
    passSeconds(86_403);
    expect(await sweep()).toMatchObject({ sent: 0, removed: 1, givenUp: 1, waiting: 0 });
    expect([...w.markers.values()].map(({ prefix }) => prefix)).toEqual(["job2"]);
  });
});
