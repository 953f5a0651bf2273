import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
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
    expect(w.store.objects.has(MARKER)).toBe(false);
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
const BEFORE_SLURM: readonly Phase[] = ["accepted", "staged", "submitting"];

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
      if (phase === "submitted" && operation === "put" && key.endsWith("jobid.txt")) await cancel();
    };
    const unknownJobs = w.slurm.unknownJobs.bind(w.slurm);
    w.slurm.unknownJobs = async (ids) => {
      if (phase === "staged") await cancel();
      return unknownJobs(ids);
    };
    await w.store.put("job1/job-aws-run.sh", "#!/bin/sh\n#SBATCH --dependency=afterok:7\n");
    await ask(w, "FILE_UPLOAD", "s1");
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

describe("an object that S3 refuses to give", () => {
  const refused = (name: string, status: number, message = name) =>
    new S3Error(name, message, { status });

  test.each([
    ["archived", refused("InvalidObjectState", 403)],
    ["written with a customer's key", refused("InvalidRequest", 400)],
    ["the same, as a HEAD tells it", refused("BadRequest", 400)],
    ["denied by a policy, or by KMS", refused("AccessDenied", 403)],
    ["whose key in KMS is off", refused("KMS.DisabledException", 400)],
    ["a marker of a removal", refused("MethodNotAllowed", 405)],
  ])("%s: JOB_ERROR at once, with the key, and no further try", async (_, error) => {
    const w = world();
    await w.start();
    await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n", "in/data.bin": "1" });
    let tries = 0;
    w.store.before = (operation, key) => {
      if (operation !== "getFile" || key !== "job1/in/data.bin") return;
      tries += 1;
      throw error;
    };
    await ask(w, "FILE_UPLOAD", "s1");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "rejected",
      error: { code: "stage-in-failed", message: expect.stringContaining("job1/in/data.bin") },
    });
    expect(w.record("job1")?.error?.message).toContain(error.name);
    expect([tries, w.slurm.submitted]).toEqual([2, []]);
  });

  test.each([
    ["for now", refused("SlowDown", 503)],
    ["for now, in words for a refusal", refused("ThrottlingException", 400)],
    ["with credentials that have expired", refused("ExpiredToken", 400)],
    ["after a break", new S3Error("NetworkError", "reset")],
  ])("%s is asked for again", async (_, error) => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let left = 5;
    w.store.before = (operation) => {
      if (operation === "getFile" && left-- > 0) throw error;
    };
    await ask(w, "FILE_UPLOAD", "s1");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("as all others, to a role that is not known everywhere yet: it is tried again", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let left = 7;
    let knows = true;
    w.store.before = (operation, key) => {
      if (operation === "list") knows = false;
      if (knows || key.startsWith(".cloud-submit/") || left-- <= 0) return;
      throw refused("AccessDenied", 403);
    };
    await ask(w, "FILE_UPLOAD", "s1");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("for a whole day ends in JOB_ERROR with what it said", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    w.store.before = (operation) => {
      if (operation === "list") throw refused("AccessDenied", 403, "no s3:ListBucket");
    };
    await ask(w, "FILE_UPLOAD", "s1");
    await w.someRounds();
    w.skip(25 * 3_600_000);
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")?.error).toMatchObject({
      code: "stage-in-failed",
      message: expect.stringContaining("no s3:ListBucket"),
    });
  });
});

test("a result that S3 refuses to take is named, and the others come", async () => {
  const { w, version } = await submittedWorld();
  w.store.before = (operation, key) => {
    if (operation === "put" && key === "job1/denied.exe")
      throw new S3Error("AccessDenied", "Access Denied", { status: 403 });
  };
  for (const name of ["denied.exe", "result"])
    writeFileSync(join(w.workRoot, "job1", version, name), "42");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.store.text("job1/result")).toBe("42");
  expect(w.record("job1")?.stageOut).toMatchObject({
    verdict: "partial",
    files: 1,
    skipped: [{ path: "denied.exe", code: "object-refused" }],
  });
});

test("a folder in place of the job script is no script", async () => {
  const w = world();
  await w.start();
  await w.upload("job1", { "job-aws-run.sh/x": "" });
  await ask(w, "FILE_UPLOAD", "s1");
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")?.error?.code).toBe("no-script");
});

test("a thousand folders inside one another are named once, and the job ends with its other results", async () => {
  const { w, version } = await submittedWorld();
  const work = join(w.workRoot, "job1", version);
  const deep = join(work, ...Array.from({ length: 1000 }, () => "d"));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, "bottom"), "x");
  writeFileSync(join(work, "result"), "42");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.store.text("job1/result")).toBe("42");
  const { skipped, skippedCount } = w.record("job1")?.stageOut ?? { skipped: [] };
  expect(skippedCount).toBe(1);
  expect(skipped).toMatchObject([
    { path: expect.stringMatching(/^d(\/d)+$/), code: "key-too-long" },
  ]);
  const [named] = skipped;
  // The first folder that is too long for a key: what is above it has room.
  expect(`job1/${named?.path}/`.length).toBeGreaterThan(1024);
  expect(`job1/${named?.path}/`.length).toBeLessThanOrEqual(1026);
});

test.each(["ENOSPC", "EDQUOT"])(
  "a disk that job data have filled (%s): JOB_ERROR says so at once, and it is staged no second time",
  async (code) => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let tries = 0;
    w.store.before = (operation) => {
      if (operation !== "getFile") return;
      tries += 1;
      throw Object.assign(new Error(`${code}: no space, write`), { code, syscall: "write" });
    };
    await ask(w, "FILE_UPLOAD", "s1");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")?.error).toMatchObject({
      code: "stage-in-failed",
      message: expect.stringContaining("disk is full"),
    });
    expect([tries, w.slurm.submitted]).toEqual([1, []]);
  },
);
