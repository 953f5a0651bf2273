import { describe, expect, test } from "@jest/globals";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

describe("JOB_CANCEL", () => {
  test("cancels a job that Slurm has", async () => {
    const { w } = await submittedWorld();
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length > 0);
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect([w.slurm.cancelled, w.record("job1")?.outcome]).toEqual([["1"], "cancelled"]);
  });

  test("that comes while the job is being submitted is not overwritten by JOB_SUBMIT", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    // The event is late: nothing but the status object tells of it.
    w.slurm.onSubmit = (when) => {
      if (when === "after") void w.store.put("job1/job-aws-stat.txt", "JOB_CANCEL\n");
    };
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.slurm.cancelled.length > 0);
    expect(w.state("job1")).toBe("JOB_CANCEL");
  });

  test("that is written over by a new FILE_UPLOAD still cancels the job before, and not the new one", async () => {
    const { w } = await submittedWorld();
    await w.claim("job1", "JOB_CANCEL");
    await w.ask("job1", "FILE_UPLOAD", { submission: "b" });
    await w.until(() => w.slurm.cancelled.includes("1"));
    w.end("1", task("CANCELLED"));
    await w.until(() => w.published.some(({ to }) => to === "JOB_COMPLETE"));
    const cancelled = w.published.find(({ to }) => to === "JOB_COMPLETE");
    expect(cancelled).toMatchObject({ outcome: "cancelled" });
    expect(w.slurm.cancelled).toEqual(["1"]);
  });

  test("before the Head Node had the job: JOB_ERROR, outcome cancelled", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect([w.record("job1")?.outcome, w.slurm.submitted]).toEqual(["cancelled", []]);
  });

  test("of a job that has ended puts its final state back", async () => {
    const { w } = await submittedWorld();
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect([w.slurm.cancelled, w.record("job1")?.outcome]).toEqual([[], "completed"]);
  });
});

test.each(["before", "after"])(
  "a FILE_UPLOAD that another one was written over is told of in that one's record, be it taken %s it",
  async (order) => {
    const w = world();
    await w.upload("job1");
    const first = await w.claim("job1", "FILE_UPLOAD", { submission: "a" });
    const second = await w.claim("job1", "FILE_UPLOAD", { submission: "b" });
    await w.start();
    const [one, other] = order === "before" ? [first, second] : [second, first];
    w.deliver("job1", one.submission);
    w.deliver("job1", other.submission);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.until(() => w.record("job1")?.refused !== undefined);
    expect(w.record("job1")).toMatchObject({
      submission: "b",
      refused: [{ submission: "a", code: "request-replaced", values: { submission: "b" } }],
    });
    await w.until(() => w.left().length === 1);
    expect(w.slurm.submitted).toEqual(["cloud-submit:job1:b"]);
  },
);

describe("a job whose journal is gone", () => {
  test.each([
    ["still has", "JOB_COMPLETE", "completed"],
    ["does not know", "JOB_ERROR", "lost"],
  ])("and that Slurm %s ends in %s: its marker tells of it", async (name, state, outcome) => {
    const { w, agent: first, version } = await submittedWorld();
    await w.until(() => w.published.length === 1);
    first.stop();
    w.loseJournal();
    if (name === "does not know") w.slurm.submitted.length = 0;
    else w.slurm.ends.set("1", [task("COMPLETED")]);
    await w.start();
    await w.until(() => w.state("job1") === state);
    expect(w.record("job1")).toMatchObject({ outcome, submission: version });
    await w.until(() => w.left().length === 0);
    expect(w.store.text("job1/job-aws-jobid.txt")).toBe("1\n");
  });
});

test("a question of an earlier version is dropped, and its marker removed", async () => {
  const { w, version } = await submittedWorld();
  const marker = `.cloud-submit/pending/job1/check-${version}.json`;
  await w.store.put(marker, "{}");
  w.deliver("job1", version, "check");
  // Any command is a reason to look.
  w.deliver("job2", "s1");
  await w.until(() => !w.store.objects.has(marker));
  expect(w.state("job1")).toBe("JOB_SUBMIT");
});

test("a client that asks again while its job runs has the state put back, and one marker stays", async () => {
  const { w } = await submittedWorld({ metadata: { submission: "s1" } });
  const [marker] = w.left();
  await w.ask("job1", "FILE_UPLOAD", { submission: "s1" });
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  await w.until(() => w.left().length === 1);
  expect(w.left()).toEqual([marker]);
  expect(w.slurm.submitted).toHaveLength(1);
});

describe("a request that comes in the instant in which a job's state is in the bucket and not in the journal", () => {
  /** A job whose final state has been written, by an agent that is held back before its journal. */
  async function endedInBucketOnly() {
    const { w } = await submittedWorld();
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const put = w.store.put.bind(w.store);
    w.store.put = async (key, body, options) => {
      const etag = await put(key, body, options);
      if (String(body).startsWith("JOB_COMPLETE")) await held;
      return etag;
    };
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    /** Asks, and returns when the agent has looked at what is asked for, and left it for later. */
    const ask = async (state: string) => {
      let isLeft = false;
      w.onLog = ({ action, error }) =>
        void (isLeft ||= action !== undefined && error !== undefined);
      await w.ask("job1", state);
      await w.until(() => isLeft);
    };
    return { w, release, ask };
  }

  test("FILE_UPLOAD: is a new submission", async () => {
    const { w, release, ask } = await endedInBucketOnly();
    await ask("FILE_UPLOAD");
    release();
    await w.until(() => w.slurm.submitted.length === 2);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("JOB_CANCEL: the final state is put back", async () => {
    const { w, release, ask } = await endedInBucketOnly();
    await ask("JOB_CANCEL");
    release();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.cancelled).toEqual([]);
  });
});
