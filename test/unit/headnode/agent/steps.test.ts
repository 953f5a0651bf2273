import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

/** A job that Slurm has. */
async function submitted(files?: Record<string, string>) {
  const { w, version } = await submittedWorld({ files });
  return { w, version, work: join(w.workRoot, "job1", version) };
}

/** Holds an operation of the bucket back until it is released. */
function hold(w: ReturnType<typeof world>, operation: string, key: string) {
  let release = () => undefined as void;
  let reached = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  w.store.before = (now, at) => {
    if (now !== operation || at !== key) return;
    reached = true;
    return held;
  };
  return { release: () => release(), isReached: () => reached };
}

describe("JOB_CANCEL", () => {
  test("while S3 fails to give the files: the job is not staged any more", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let tried = 0;
    w.store.before = (operation, key) => {
      if (operation !== "list" || key !== "job1/") return;
      tried += 1;
      throw new Error("503 SlowDown");
    };
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => tried > 0);
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "cancelled",
      error: { code: "cancelled", message: "cancelled before it was staged" },
    });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("while the files are on their way: the job is not submitted", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const staging = hold(w, "list", "job1/");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(staging.isReached);
    let accepted = false;
    w.onLog = ({ action }) => {
      accepted ||= action === "cancel";
    };
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => accepted);
    staging.release();
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "cancelled",
      error: { message: "cancelled before it was staged" },
    });
    expect(w.slurm.submitted).toEqual([]);
  });
});

test("a disk that takes nothing: JOB_ERROR says what the disk says, and nothing is tried for ever", async () => {
  const w = world();
  // Not even root can make a folder here.
  symlinkSync("/sys/kernel", w.workRoot);
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")).toMatchObject({
    outcome: "rejected",
    error: {
      code: "stage-in-failed",
      message: expect.stringMatching(/EPERM|EACCES|EROFS|ENOSPC/),
    },
  });
});

test("an sbatch that refuses without a word is said to have said nothing", async () => {
  const w = world();
  w.slurm.refuse = "";
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")).toMatchObject({
    outcome: "submit-failed",
    error: { code: "sbatch-refused", message: "sbatch said nothing" },
  });
});

describe("JOB_SUBMIT", () => {
  test("whose answer got lost is not taken for somebody else's", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const put = w.store.put.bind(w.store);
    let lost = 0;
    w.store.put = async (key, body, options) => {
      const etag = await put(key, body, options);
      if (body === "JOB_SUBMIT\n" && lost++ === 0) throw new Error("socket hang up");
      return etag;
    };
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.published.length === 1);
    expect([w.state("job1"), w.slurm.submitted.length]).toEqual(["JOB_SUBMIT", 1]);
    expect(w.store.writes.filter((key) => key === "job1/job-aws-stat.txt")).toHaveLength(2);
  });

  test("comes although the status object was removed meanwhile", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    w.slurm.onSubmit = () => void w.store.objects.delete("job1/job-aws-stat.txt");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("a FILE_UPLOAD that comes while the job is staged is refused, and the record says so", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const staging = hold(w, "list", "job1/");
    const first = await w.ask("job1", "FILE_UPLOAD");
    await w.until(staging.isReached);
    let seen = 0;
    // It waits until it can be told what it is.
    w.onLog = ({ level, action }) => {
      if (level === "warn" && action === "run") seen += 1;
    };
    const second = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => seen > 0);
    staging.release();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")).toMatchObject({
      submission: first,
      refused: [
        {
          submission: second,
          code: "job-active",
          values: { submission: first },
          reason: expect.stringContaining(first),
        },
      ],
    });
    await w.until(() => !w.store.objects.has(`.cloud-submit/pending/job1/run-${second}.json`));
    expect([w.state("job1"), w.slurm.submitted.length]).toEqual(["JOB_SUBMIT", 1]);
  });

  test("the same FILE_UPLOAD written twice is one submission, and not refused", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const metadata = { submission: "s-1" };
    const write = () => w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD\r\n", { metadata });
    w.slurm.onSubmit = (when) => {
      if (when === "after")
        void w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD\n", { metadata });
    };
    await write();
    w.deliver("job1", "s-1");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toEqual(["cloud-submit:job1:s-1"]);
    expect(w.record("job1")).not.toHaveProperty("refused");
  });
});

describe("the end of a job", () => {
  test("is not told while Slurm is still completing it, however long that takes", async () => {
    const { w } = await submitted();
    let looks = 0;
    const tasks = w.slurm.tasks.bind(w.slurm);
    w.slurm.tasks = async (jobId) => {
      looks += 1;
      return tasks(jobId);
    };
    w.end("1", task("COMPLETING"));
    // More than it looks in one go.
    await w.until(() => looks > 20);
    expect(w.state("job1")).toBe("JOB_SUBMIT");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
  });

  test("of an array that Slurm has forgotten is judged by the bad tasks that were seen", async () => {
    const { w } = await submitted();
    w.slurm.ends.set("1", [arrayTask("1", "FAILED", 9), arrayTask("2", "RUNNING")]);
    let remembered = false;
    const tasks = w.slurm.tasks.bind(w.slurm);
    w.slurm.tasks = async (jobId) => {
      // The second look comes after what the first one saw is in the journal.
      if (remembered) w.slurm.ends.set("1", []);
      remembered = true;
      return tasks(jobId);
    };
    w.hook("1", "0:0", 2);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({
      outcome: "failed",
      slurm: { jobId: "1", exitCode: 9, tasks: { total: 2, completed: 0, outcomes: { lost: 1 } } },
    });
  });
});

test("stdout and stderr that are not files of the job's folder are not sent", async () => {
  const { w, work } = await submitted();
  const outside = join(w.home, "outside.txt");
  writeFileSync(outside, "of the agent");
  symlinkSync(outside, join(work, "link.txt"));
  mkdirSync(join(work, "folder"));
  writeFileSync(join(work, "out.txt"), "said");
  w.store.writes.length = 0;
  const outputPaths = ["/dev/null", outside, join(work, "link.txt"), join(work, "folder")];
  w.end("1", {
    ...task("COMPLETED"),
    outputPaths: [...outputPaths, join(work, "none.txt"), join(work, "out.txt")],
  });
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.written().filter((key) => !key.includes("job-aws-"))).toEqual([
    "job1/out.txt",
    "job1/folder/",
  ]);
  expect(w.record("job1")?.stageOut).toMatchObject({
    verdict: "partial",
    skipped: [
      {
        path: "link.txt",
        code: "link-out",
        values: {},
        reason: "a symbolic link that leads out of the folder",
      },
    ],
  });
});
