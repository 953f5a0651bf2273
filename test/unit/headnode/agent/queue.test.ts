import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { HEARTBEAT_KEY, parseHeartbeat } from "../../../../protocol/heartbeat.ts";
import { ownRecordKey } from "../../../../protocol/own-record.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const MINUTE = 60_000;

/** Counts requests by what they are for. */
function counting(w: ReturnType<typeof world>) {
  const counts = { looks: 0, states: 0, removals: 0 };
  w.store.before = (operation, key) => {
    if (operation === "list" && key === ".cloud-submit/pending/") counts.looks += 1;
    if (operation === "get" && key.endsWith("/job-aws-stat.txt")) counts.states += 1;
    if (operation === "deleteMany") counts.removals += 1;
  };
  return counts;
}

describe("what is pending", () => {
  test("100 requests, one command: all are taken, none of their status objects is read, their markers go together", async () => {
    const w = world({ lookMs: MINUTE });
    await w.start();
    await w.someRounds();
    const counts = counting(w);
    for (let at = 0; at < 100; at++) {
      await w.upload(`job${at}`);
      if (at < 99) await w.claim(`job${at}`, "FILE_UPLOAD");
    }
    await w.ask("job99", "FILE_UPLOAD");
    await w.until(() => w.slurm.submitted.length === 100);
    expect(new Set(w.slurm.submitted).size).toBe(100);
    expect(counts.states).toBe(0);
    expect(counts.looks).toBeLessThanOrEqual(8);
    await w.until(() => w.published.length === 100);
    const arrived = (how: string) => w.published.filter((one) => one.arrived === how).length;
    expect([arrived("command"), arrived("other-command")]).toEqual([1, 99]);
    for (let id = 1; id <= 100; id++) w.end(String(id), task("COMPLETED"));
    await w.until(() => w.left().length === 0);
    expect(counts.removals).toBeLessThanOrEqual(20);
    expect(counts.states).toBe(0);
  }, 60_000);

  test("a command's own request does not wait for others that are slow to be taken", async () => {
    const w = world();
    for (let at = 0; at < 40; at++) await w.claim(`slow${at}`, "FILE_UPLOAD");
    let isHeld = false;
    w.store.before = (operation, key) => {
      if (operation !== "get" || !key.startsWith("slow")) return;
      isHeld = true;
      return new Promise<never>(() => undefined);
    };
    await w.start();
    await w.until(() => isHeld);
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("a request that cannot be answered leaves the others in hand: the heartbeat tells of new looks", async () => {
    const w = world({ heartbeat: true, lookMs: 20 });
    await w.claim("stuck", "FILE_UPLOAD");
    w.store.before = (operation, key) => {
      if (operation === "get" && key.startsWith("stuck")) throw new Error("503 SlowDown");
    };
    const looked = () => parseHeartbeat(w.store.text(HEARTBEAT_KEY) ?? "")?.looked ?? "";
    await w.start();
    await w.until(() => looked() !== "");
    // Functions know at once that this agent looks.
    const first = looked();
    await w.until(() => looked() > first && Date.parse(looked()) > 0);
  });

  test("without any command is taken at the agent's start", async () => {
    const w = world({ lookMs: MINUTE });
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD");
    await w.start();
    await w.until(() => w.published.length === 1);
    expect(w.published[0]).toMatchObject({ to: "JOB_SUBMIT", arrived: "look" });
    expect(w.published[0]?.requester).toEqual({ account: "1" });
  });

  test("that comes while the agent runs and no command tells of is taken by the next look", async () => {
    const w = world({ lookMs: 20 });
    await w.start();
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD");
    await w.until(() => w.published.length === 1);
    expect(w.published[0]).toMatchObject({ to: "JOB_SUBMIT", arrived: "look" });
  });

  test("of one prefix is its last FILE_UPLOAD: an earlier one that nobody has taken is out of date", async () => {
    const w = world({ lookMs: MINUTE });
    await w.start();
    await w.someRounds();
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD", { submission: "first" });
    await w.claim("job1", "FILE_UPLOAD", { submission: "second" });
    await w.upload("job2");
    await w.ask("job2", "FILE_UPLOAD");
    await w.until(() => w.slurm.submitted.length === 2);
    expect(w.slurm.submitted.filter((one) => one.includes("job1"))).toEqual([
      "cloud-submit:job1:second",
    ]);
    await w.until(() => w.left().every((key) => !key.includes("first")));
    expect(w.record("job1")?.refused).toBeUndefined();
  });

  test("a cancel, and the run that it cancels: no job is submitted", async () => {
    const w = world({ lookMs: MINUTE });
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD", { submission: "s1" });
    await w.claim("job1", "JOB_CANCEL", { cancels: "s1" });
    await w.start();
    await w.until(() => w.state("job1") === "JOB_ERROR" && w.left().length === 0);
    expect(w.record("job1")).toMatchObject({ submission: "s1", outcome: "cancelled" });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("a run that was asked for after a cancel is not what it cancels", async () => {
    const w = world({ lookMs: MINUTE });
    await w.upload("job1");
    await w.claim("job1", "JOB_CANCEL");
    await w.claim("job1", "FILE_UPLOAD", { submission: "s2" });
    await w.start();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toEqual(["cloud-submit:job1:s2"]);
  });

  test("a job's marker is there until its final state is, and no longer", async () => {
    const w = world({ lookMs: 20 });
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.someRounds();
    expect(w.left()).toHaveLength(1);
    let isEarly = false;
    w.store.before = (operation) => {
      if (operation === "deleteMany") isEarly ||= w.state("job1") !== "JOB_COMPLETE";
    };
    w.end("1", task("COMPLETED"));
    await w.until(() => w.left().length === 0);
    expect(isEarly).toBe(false);
  });

  test("one who asks for many does not hold up the one request of another", async () => {
    const w = world({ lookMs: MINUTE });
    for (let at = 0; at < 60; at++) {
      await w.upload(`many${at}`);
      await w.claim(`many${at}`, "FILE_UPLOAD", { submitter: "ada@desk" });
    }
    await w.upload("one");
    await w.claim("one", "FILE_UPLOAD", { submitter: "bob@desk" });
    await w.start();
    await w.until(() => w.slurm.submitted.length === 61);
    const at = w.slurm.submitted.findIndex((comment) => comment.includes(":one:"));
    expect(at).toBeLessThan(12);
  });

  test("markers and messages of an action that earlier versions had go, without a word", async () => {
    const w = world({ lookMs: 20 });
    const errors: unknown[] = [];
    w.onLog = (line) => void (line.level === "info" || errors.push(line));
    await w.store.put(".cloud-submit/pending/job1/check-s1.json", "{}");
    await w.start();
    w.deliver("job1", "s1", "check");
    await w.until(() => w.left().length === 0);
    await w.untilTaken();
    expect(errors).toEqual([]);
  });
});

describe("a record that an earlier version left", () => {
  const record = (prefix: string, submission: string) =>
    JSON.stringify({ version: 1, prefix, submission, state: "JOB_SUBMIT", times: {} });

  test("of a job that runs becomes a marker; that of one that has ended goes", async () => {
    const w = world({ lookMs: MINUTE });
    const first = await w.start();
    await w.upload("job1");
    await w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission: "s1" } });
    w.deliver("job1", "s1");
    await w.until(() => w.published.length === 1);
    first.stop();
    await w.store.put(ownRecordKey("job1"), record("job1", "s1"));
    await w.store.put(ownRecordKey("job2"), record("job2", "s2"));
    await w.store.put("job2/job-aws-stat.txt", "JOB_COMPLETE");
    await w.store.put(ownRecordKey("job3"), "no record at all");
    await w.start();
    await w.until(() => w.left().length === 1);
    expect(w.left()).toEqual([".cloud-submit/pending/job1/run-s1.json"]);
  });
});

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("run" as const), prefix: fc.nat(5), isRung: fc.boolean() }),
    fc.record({ do: fc.constant("ring" as const), prefix: fc.nat(5) }),
    fc.record({ do: fc.constant("kill" as const) }),
    fc.record({ do: fc.constant("lose" as const) }),
    fc.record({ do: fc.constant("refuse" as const), requests: fc.nat(4) }),
  ),
  { minLength: 3, maxLength: 12 },
);

test("whatever commands are lost, doubled or reordered and whenever the agent dies: each request is submitted once, and ends", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (drawn) => {
      const w = world({ lookMs: 20 });
      let agent = await w.start();
      const asked = new Map<string, string>();
      let refused = 0;
      w.store.before = () => {
        if (refused-- > 0) throw new Error("503 SlowDown");
      };
      const own = async <T>(task: () => Promise<T>) => {
        const kept = refused;
        refused = 0;
        const result = await task();
        refused = kept;
        return result;
      };
      for (const step of drawn) {
        if (step.do === "run") {
          const prefix = `job${step.prefix}`;
          if (asked.has(prefix)) continue;
          await own(async () => {
            await w.upload(prefix);
            const { submission } = await w.claim(prefix, "FILE_UPLOAD");
            asked.set(prefix, submission);
          });
          if (step.isRung) w.deliver(prefix, asked.get(prefix)!);
        } else if (step.do === "ring") {
          const submission = asked.get(`job${step.prefix}`);
          if (submission !== undefined) w.deliver(`job${step.prefix}`, submission);
        } else if (step.do === "refuse") refused = step.requests;
        else {
          agent.kill();
          if (step.do === "lose") {
            await w.someRounds();
            w.loseJournal();
          }
          agent = await w.start();
        }
      }
      refused = 0;
      await w.until(() => [...asked.keys()].every((prefix) => w.state(prefix) === "JOB_SUBMIT"));
      const expected = [...asked].map(([prefix, id]) => `cloud-submit:${prefix}:${id}`);
      expect(w.slurm.submitted.toSorted()).toEqual(expected.toSorted());
      for (const at of expected.keys()) w.end(String(at + 1), task("COMPLETED"));
      await w.until(() => w.left().length === 0);
      for (const prefix of asked.keys()) expect(w.state(prefix)).toBe("JOB_COMPLETE");
      agent.stop();
    }),
    { numRuns: 25 },
  );
}, 240_000);
