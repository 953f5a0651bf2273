import { describe, expect, test } from "@jest/globals";
import { PHASES, type Phase } from "../../../../headnode/journal/job-entry.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const STATUS = "job1/job-aws-stat.txt";

/** The status object as a client writes it, and the request that a function makes of it. */
async function ask(
  w: ReturnType<typeof world>,
  state: string,
  submission: string,
  metadata: Record<string, string> = { submission },
) {
  await w.store.put(STATUS, state, { metadata });
  w.deliver("job1", submission, state === "JOB_CANCEL" ? "cancel" : "run");
}

describe("a FILE_UPLOAD that a client repeats because it had no answer", () => {
  test.each([
    ["completed", "JOB_COMPLETE", undefined],
    ["was refused by sbatch", "JOB_ERROR", "sbatch: error: no"],
  ])(
    "after the job %s: its final state is put back, and nothing runs twice",
    async (_, final, refuse) => {
      const w = world();
      w.slurm.refuse = refuse;
      await w.start();
      await w.upload("job1");
      await ask(w, "FILE_UPLOAD", "s1");
      if (refuse === undefined) {
        await w.until(() => w.state("job1") === "JOB_SUBMIT");
        w.end("1", task("COMPLETED"));
      }
      await w.until(() => w.state("job1") === final);
      await w.until(() => w.isPutAside("job1"));
      const before = w.record("job1");
      w.slurm.refuse = undefined;
      for (let times = 0; times < 3; times++) {
        await ask(w, "FILE_UPLOAD", "s1");
        await w.until(() => w.state("job1") === final);
      }
      await w.untilTaken();
      expect(w.slurm.submitted).toHaveLength(refuse === undefined ? 1 : 0);
      expect(w.record("job1")).toEqual(before);
    },
  );

  test("while the job runs: JOB_SUBMIT is put back, and nothing is refused", async () => {
    const { w } = await submittedWorld({ metadata: { submission: "s1" } });
    w.deliver("job1", "s1");
    await w.untilTaken();
    await ask(w, "FILE_UPLOAD", "s1");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect([w.slurm.submitted.length, w.record("job1")?.refused]).toEqual([1, undefined]);
  });

  test("in the instant in which its final state is in the bucket and not in the journal", async () => {
    const { w } = await submittedWorld({ metadata: { submission: "s1" } });
    const put = w.store.put.bind(w.store);
    let repeated = false;
    w.store.put = async (key, body, options) => {
      const etag = await put(key, body, options);
      if (String(body).startsWith("JOB_COMPLETE") && !repeated) {
        repeated = true;
        await put(STATUS, "FILE_UPLOAD\n", { metadata: { submission: "s1" } });
        w.deliver("job1", "s1");
        await w.someRounds();
      }
      return etag;
    };
    w.end("1", task("COMPLETED"));
    await w.until(() => repeated && w.state("job1") === "JOB_COMPLETE");
    await w.untilTaken();
    expect(w.slurm.submitted).toHaveLength(1);
  });
});

describe("a cancel before the agent has the job", () => {
  /** A prefix whose first run has ended, and an agent that is away. */
  async function reused() {
    const w = world();
    const agent = await w.start();
    await w.upload("job1");
    await ask(w, "FILE_UPLOAD", "first");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    await w.until(() => w.isPutAside("job1"));
    agent.stop();
    return w;
  }

  const MARKER = ".cloud-submit/pending/job1/run-second.json";

  test.each([
    ["that names it", ["cancel-c"], false, { cancels: "second" }],
    ["of which its own request tells", ["run-second"], false, {}],
    ["of which its marker tells", ["cancel-c"], true, {}],
    ["whose request comes after the cancel's", ["cancel-c", "run-second"], true, {}],
    ["whose request comes before the cancel's", ["run-second", "cancel-c"], true, {}],
  ])("%s: its record says cancelled, not the earlier run's", async (_, order, marker, metadata) => {
    const w = await reused();
    await w.store.put(STATUS, "FILE_UPLOAD\n", { metadata: { submission: "second" } });
    const asked = {
      version: 1,
      prefix: "job1",
      submission: "second",
      action: "run",
      requestedAt: "2026-11-24T09:00:00.000Z",
      requester: { account: "000000000042" },
      dispatcher: "d",
    };
    if (marker) await w.store.put(MARKER, JSON.stringify(asked));
    await w.store.put(STATUS, "JOB_CANCEL\n", { metadata });
    await w.start();
    for (const message of order) {
      const [action = "", submission = ""] = message.split("-");
      w.deliver("job1", submission, action);
      await w.someRounds();
    }
    await w.until(() => w.state("job1") === "JOB_ERROR");
    await w.untilTaken();
    expect(w.record("job1")).toMatchObject({
      submission: "second",
      outcome: "cancelled",
      error: { code: "cancelled" },
      ...(marker && {
        requester: { account: "000000000042" },
        times: { requested: "2026-11-24T09:00:00.000Z" },
      }),
    });
    expect(w.slurm.submitted).toHaveLength(1);
    await w.until(() => !w.store.objects.has(MARKER));
  });

  test("of which nothing tells is one of the run that has ended: its state is put back", async () => {
    const w = await reused();
    await w.store.put(STATUS, "JOB_CANCEL\n");
    await w.start();
    w.deliver("job1", "c", "cancel");
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ submission: "first", outcome: "completed" });
  });

  test.each(["first", "../../x", "", "-"])(
    "that names %j, which is no submission that waits, ends none of that name",
    async (cancels) => {
      const w = await reused();
      await w.store.put(STATUS, "JOB_CANCEL\n", { metadata: { cancels } });
      await w.start();
      w.deliver("job1", "c", "cancel");
      await w.until(() => w.state("job1") === "JOB_COMPLETE");
      expect(w.record("job1")).toMatchObject({ submission: "first", outcome: "completed" });
    },
  );
});

/** Phases in which a job is not with Slurm, or not known to be. */
const BEFORE_SLURM: readonly Phase[] = ["waiting", "accepted", "staged", "submitting"];

describe("a cancel in every phase ends in outcome cancelled", () => {
  test.each(PHASES.slice(0, PHASES.indexOf("ended")))("%s", async (phase) => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let cancelled = false;
    let took = () => undefined as void;
    const taken = new Promise<void>((resolve) => {
      took = resolve;
    });
    w.onLog = ({ action }) => {
      if (action === "cancel") took();
    };
    /** Keeps the job in its phase until the cancel is in the journal. */
    const cancel = async () => {
      if (cancelled) return;
      cancelled = true;
      await ask(w, "JOB_CANCEL", "c", {});
      await taken;
      await w.untilTaken();
    };
    const find = w.slurm.find.bind(w.slurm);
    w.slurm.find = async (owner) => {
      if (phase === "submitting") await cancel();
      return find(owner);
    };
    const tasks = w.slurm.tasks.bind(w.slurm);
    w.slurm.tasks = async (jobId) => {
      if (phase === "running") await cancel();
      return tasks(jobId);
    };
    w.store.before = async (operation, key) => {
      if (phase === "accepted" && operation === "getFile") await cancel();
      if (phase === "waiting" && operation === "put" && key.endsWith("job.json")) await cancel();
      if (phase === "submitted" && operation === "put" && key.endsWith("jobid.txt")) await cancel();
    };
    const unknownJobs = w.slurm.unknownJobs.bind(w.slurm);
    w.slurm.unknownJobs = async (ids) => {
      if (phase === "staged") await cancel();
      return unknownJobs(ids);
    };
    await w.store.put("job1/job-aws-run.sh", "#!/bin/sh\n#SBATCH --dependency=afterok:7\n");
    // A job that never comes.
    const other = { metadata: { submission: "s1" } };
    if (phase === "waiting") await w.store.put("job0/job-aws-stat.txt", "FILE_UPLOAD", other);
    const after = phase === "waiting" && { after: "job0@s1" };
    await ask(w, "FILE_UPLOAD", "s1", { submission: "s1", ...after });
    if (!BEFORE_SLURM.includes(phase)) {
      await w.until(() => w.slurm.cancelled.length > 0);
      w.end("1", task("CANCELLED"));
    }
    await w.until(() => ["JOB_ERROR", "JOB_COMPLETE"].includes(w.state("job1") ?? ""));
    expect(w.record("job1")).toMatchObject({ submission: "s1", outcome: "cancelled" });
    expect(w.slurm.submitted).toHaveLength(BEFORE_SLURM.includes(phase) ? 0 : 1);
  });

  test("the pause before a step is tried again ends with it", async () => {
    const w = world({ patient: true });
    await w.start();
    await w.upload("job1");
    let tried = 0;
    w.store.before = (operation, key) => {
      if (operation !== "list" || key !== "job1/") return;
      tried += 1;
      throw new Error("503 SlowDown");
    };
    await ask(w, "FILE_UPLOAD", "s1");
    await w.until(() => tried > 0);
    await ask(w, "JOB_CANCEL", "c", {});
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect([w.record("job1")?.outcome, tried]).toEqual(["cancelled", 1]);
  });
});
