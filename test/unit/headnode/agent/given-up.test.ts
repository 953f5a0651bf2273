import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { world } from "../../../support/agent-world.ts";
import { sweepAfterADay, untilHeard } from "../../../support/away.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

type World = ReturnType<typeof world>;

/** States that were written for a prefix, from now on. */
function statesOf(w: World, prefix: string): string[] {
  const states: string[] = [];
  const put = w.store.put.bind(w.store);
  w.store.put = async (key, body, options) => {
    const etag = await put(key, body, options);
    if (key === `${prefix}/job-aws-stat.txt` && etag !== undefined)
      states.push(Buffer.from(body).toString().trim());
    return etag;
  };
  return states;
}

/** An agent that was heard, and has a request of job1, submission s1; with `after`, another job runs. */
async function asked(prepare: (w: World) => void = () => undefined, metadata = {}) {
  const w = world({ heartbeat: true, lookMs: 20 });
  const agent = await w.start();
  await untilHeard(w);
  if ("after" in metadata) {
    await w.upload("first");
    await w.ask("first", "FILE_UPLOAD");
    await w.until(() => w.state("first") === "JOB_SUBMIT");
  }
  prepare(w);
  await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n", "in.txt": "x" });
  await w.ask("job1", "FILE_UPLOAD", { submission: "s1", ...metadata });
  return { w, agent, own: () => w.slurm.submitted.filter((comment) => /:job1:/.test(comment)) };
}

/** The same, with JOB_SUBMIT; then the agent dies, Slurm goes on, and after a day the job is given up. */
async function submittedAndGivenUp(...tasks: ReturnType<typeof task>[]) {
  const { w, agent } = await asked();
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  agent.kill();
  w.slurm.ends.set("1", tasks);
  expect(await sweepAfterADay(w)).toMatchObject({ givenUp: 1, failed: [] });
  expect(w.state("job1")).toBe("JOB_ERROR");
  return { w, states: statesOf(w, "job1") };
}

/** No marker is left. */
const hasNothingOpen = (w: World) => w.left().every((key) => !key.includes("pending/"));

describe("a submission that was given up before Slurm had it", () => {
  /** sbatch has no answer; returns how often it was called. */
  const silentSbatch = (w: World) => {
    let tries = 0;
    w.slurm.onSubmit = () => {
      tries += 1;
      throw new Error("Socket timed out");
    };
    return () => tries > 0;
  };
  const waits = (w: World) => w.record("job1")?.waitsFor !== undefined;

  test.each<[string, (w: World) => (w: World) => boolean, object?]>([
    ["waits for another job", () => waits, { after: "first" }],
    [
      "is being staged",
      (w) => {
        w.store.before = (operation) => {
          if (operation === "getFile") throw new Error("S3 is away");
        };
        return () => (w.store.requests["getFile"] ?? 0) > 0;
      },
    ],
    ["is being submitted", silentSbatch],
  ])("never runs: it %s", async (_name, prepare, metadata = {}) => {
    let isThere = (_w: World) => false;
    const { w, agent, own } = await asked((one) => (isThere = prepare(one)), metadata);
    await w.until(() => isThere(w));
    agent.kill();
    await sweepAfterADay(w);
    expect(w.state("job1")).toBe("JOB_ERROR");
    w.slurm.onSubmit = () => undefined;
    w.store.before = () => undefined;
    const states = statesOf(w, "job1");
    await w.start();
    await w.until(() => w.isPutAside("job1"));
    expect([own(), states]).toEqual([[], []]);
    expect(w.record("job1")).toMatchObject({ submission: "s1", outcome: "unreachable" });
    expect(w.published.at(-1)).toMatchObject({ to: "JOB_ERROR", outcome: "unreachable" });
    // Its prefix is free.
    await w.ask("job1", "FILE_UPLOAD", { submission: "s2" });
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(own()).toEqual(["cloud-submit:job1:s2"]);
  });

  test("never runs though its markers could not be removed", async () => {
    let isThere = () => false;
    const { w, agent, own } = await asked((one) => (isThere = silentSbatch(one)));
    await w.until(() => isThere());
    agent.kill();
    const left = [...w.store.objects].filter(([key]) => key.includes("pending/"));
    await sweepAfterADay(w);
    for (const [key, held] of left) w.store.objects.set(key, held);
    w.slurm.onSubmit = () => undefined;
    w.skip(86_400_000);
    await w.start();
    await w.until(() => w.isPutAside("job1"));
    expect([own(), w.state("job1")]).toEqual([[], "JOB_ERROR"]);
  });

  test("gives way to one that its user has sent since", async () => {
    const { w, agent, own } = await asked(undefined, { after: "first" });
    await w.until(() => waits(w));
    agent.kill();
    await sweepAfterADay(w);
    await w.ask("job1", "FILE_UPLOAD", { submission: "s2" });
    await w.start();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(own()).toEqual(["cloud-submit:job1:s2"]);
    expect(w.record("job1")).toMatchObject({ submission: "s2" });
    expect(w.record("job1")?.refused).toBeUndefined();
  });

  test("goes on when its client has asked for it once more", async () => {
    const { w, agent, own } = await asked(undefined, { after: "first" });
    await w.until(() => waits(w));
    agent.kill();
    await sweepAfterADay(w);
    await w.ask("job1", "FILE_UPLOAD", { after: "first", submission: "s1" });
    await w.start();
    await w.someRounds();
    expect([w.state("job1"), own()]).toEqual(["FILE_UPLOAD", []]);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });
});

describe("a submission that was given up while Slurm had it", () => {
  test("is cancelled when it has not begun, and stays what its user was told", async () => {
    const { w, states } = await submittedAndGivenUp(task("PENDING"));
    await w.start();
    await w.until(() => w.slurm.cancelled.includes("1"));
    w.end("1", task("CANCELLED"));
    await w.until(() => w.isPutAside("job1"));
    expect(states).toEqual([]);
    expect(w.record("job1")).toMatchObject({ state: "JOB_ERROR", outcome: "unreachable" });
  });

  test.each([
    ["it runs", task("RUNNING")],
    ["it waits again, after a run", { ...task("PENDING"), restarts: 1 }],
    ["a task of it runs", arrayTask("1", "RUNNING"), arrayTask("2-9", "PENDING")],
  ])(
    "goes on when it has begun, and its results come: %s",
    async (_name, ...tasks: ReturnType<typeof task>[]) => {
      const { w, states } = await submittedAndGivenUp(...tasks);
      await w.start();
      await w.until(() => /goes on/.test(w.record("job1")?.error?.message ?? ""));
      // Slurm says something else of it each time.
      for (const reason of ["Priority", "Resources"]) {
        w.slurm.ends.set(
          "1",
          tasks.map((one) => ({ ...one, reason })),
        );
        await w.someRounds();
      }
      expect(states).toEqual([]);
      expect(w.record("job1")).toMatchObject({ state: "JOB_ERROR", outcome: "unreachable" });
      writeFileSync(join(w.workRoot, "job1", "s1", "made"), "x");
      w.end("1", ...tasks.map((one) => ({ ...one, state: "COMPLETED" })));
      await w.until(() => w.state("job1") === "JOB_COMPLETE");
      expect([states, w.slurm.cancelled]).toEqual([["JOB_COMPLETE"], []]);
      expect(w.record("job1")).toMatchObject({ state: "JOB_COMPLETE", outcome: "completed" });
      expect(w.record("job1")?.error).toBeUndefined();
      expect(w.store.text("job1/made")).toBe("x");
      await w.until(() => w.published.at(-1)?.to === "JOB_COMPLETE");
      expect(w.published.at(-1)).toMatchObject({ from: "JOB_ERROR", outcome: "completed" });
    },
  );

  test("that has ended meanwhile is told truly", async () => {
    const { w, states } = await submittedAndGivenUp(task("FAILED", 3));
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(states).toEqual(["JOB_COMPLETE"]);
    expect(w.record("job1")).toMatchObject({ outcome: "failed", slurm: { exitCode: 3 } });
  });

  test("one that its user has sent since is refused while it runs, and the end comes back", async () => {
    const { w } = await submittedAndGivenUp(task("RUNNING"));
    await w.ask("job1", "FILE_UPLOAD", { submission: "s2" });
    await w.start();
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")?.refused).toMatchObject([{ submission: "s2", code: "job-active" }]);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("one that its user has sent since runs, where it was cancelled", async () => {
    const { w } = await submittedAndGivenUp(task("PENDING"));
    await w.ask("job1", "FILE_UPLOAD", { submission: "s2" });
    await w.start();
    await w.until(() => w.slurm.cancelled.includes("1"));
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted.at(-1)).toBe("cloud-submit:job1:s2");
    expect(w.record("job1")).toMatchObject({ submission: "s2", slurm: { jobId: "2" } });
  });

  test.each(["PENDING", "RUNNING"])(
    "between sbatch and JOB_SUBMIT stays JOB_ERROR: %s",
    async (state) => {
      const w = world({ heartbeat: true, lookMs: 20 });
      await w.start();
      await untilHeard(w);
      let states: string[] | undefined;
      w.store.before = async (operation, key) => {
        if (operation !== "put" || key !== "job1/job-aws-jobid.txt" || states) return;
        states = [];
        w.slurm.ends.set("1", [task(state)]);
        const { metadata } = w.store.objects.get("job1/job-aws-stat.txt")!;
        for (const one of w.left()) if (one.includes("pending/")) w.store.objects.delete(one);
        await w.store.put("job1/job-aws-stat.txt", "JOB_ERROR\n", { metadata });
        states = statesOf(w, "job1");
      };
      await w.upload("job1");
      await w.ask("job1", "FILE_UPLOAD", { submission: "s1" });
      if (state === "PENDING") {
        await w.until(() => w.slurm.cancelled.length > 0);
        w.end("1", task("CANCELLED"));
        await w.until(() => w.isPutAside("job1"));
        expect(states).toEqual([]);
        expect(w.record("job1")).toMatchObject({ state: "JOB_ERROR", outcome: "unreachable" });
      } else {
        await w.until(() => /goes on/.test(w.record("job1")?.error?.message ?? ""));
        w.end("1", task("COMPLETED"));
        await w.until(() => w.state("job1") === "JOB_COMPLETE");
        expect(states).toEqual(["JOB_COMPLETE"]);
      }
    },
  );

  test("is cancelled, though it has begun, when its user had asked for that without an answer", async () => {
    const { w, agent } = await asked();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    agent.kill();
    await w.claim("job1", "JOB_CANCEL");
    await sweepAfterADay(w);
    expect(w.state("job1")).toBe("JOB_ERROR");
    await w.start();
    await w.until(() => w.slurm.cancelled.includes("1"));
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ submission: "s1", outcome: "cancelled" });
  });

  test("nothing is left pending in the end", async () => {
    const { w } = await submittedAndGivenUp(task("COMPLETED"));
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE" && hasNothingOpen(w));
  });
});

test("a marker that nobody's hand has removed ends nothing", async () => {
  const { w } = await asked();
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  for (const key of w.left()) if (key.includes("pending/")) w.store.objects.delete(key);
  await w.someRounds();
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")).toMatchObject({ outcome: "completed" });
  expect(w.slurm.cancelled).toEqual([]);
});
