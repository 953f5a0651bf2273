import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type LogLine, submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const SILENT = "Slurm did not answer squeue";

type World = ReturnType<typeof world>;

/** The lines of a world's log, as they come. */
function listen(w: World): LogLine[] {
  const said: LogLine[] = [];
  w.onLog = (line) => void said.push(line);
  return said;
}

/** Leaves a file in a spool as a hook does: complete, under its last name. */
function leave(w: World, spool: string, name: string, text: string): void {
  const folder = join(w.home, "spool", spool);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `.${name}`), text);
  renameSync(join(folder, `.${name}`), join(folder, name));
}

/** A job that Slurm has, of an agent that has stopped and whose journal is gone. */
async function withoutJournal(status?: string, metadata: Record<string, string> = {}) {
  const { w, agent: first, version } = await submittedWorld();
  await w.until(() => w.published.length === 1);
  first.stop();
  w.loseJournal();
  if (status !== undefined) await w.store.put("job1/job-aws-stat.txt", status, { metadata });
  await w.start();
  return { w, version };
}

describe("the spools", () => {
  test("a file that is no request is dropped and said so; the next request is taken", async () => {
    const w = world();
    const said = listen(w);
    await w.start();
    leave(w, "requests", "bad", "action=run\nprefix=../x\nsubmission=s\n");
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.until(() => said.some(({ level, file }) => level === "error" && file === "bad"));
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test.each([
    ["of another user's job", "job=99\ntask=\nexit=1:0\n"],
    ["of nothing", "hello\n"],
  ])("an ending %s has no effect", async (_name, text) => {
    const w = world();
    const said = listen(w);
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    leave(w, "endings", "99", text);
    await w.until(() => said.some(({ level, file }) => level === "info" && file === "99"));
    expect(w.state("job1")).toBe("JOB_SUBMIT");
  });

  test("the exit code of one task is not taken for that of its array", async () => {
    const { w } = await submittedWorld();
    w.slurm.ends.set("1", []);
    leave(w, "endings", "1.3", "job=1\ntask=3\nexit=0:0\n");
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ outcome: "lost", slurm: { jobId: "1" } });
  });
});

test("while Slurm is silent the agent says so, and notices an end once it answers again", async () => {
  const w = world();
  const said = listen(w);
  const silent = () => said.filter(({ error }) => error === SILENT).length;
  const tasks = w.slurm.tasks.bind(w.slurm);
  const activeJobs = w.slurm.activeJobs.bind(w.slurm);
  let looks = 0;
  w.slurm.tasks = async (jobId) => {
    looks += 1;
    return tasks(jobId);
  };
  w.slurm.activeJobs = async () => {
    throw new Error(SILENT);
  };
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => looks > 0);
  w.slurm.ends.set("1", [task("COMPLETED")]);
  const before = silent();
  await w.until(() => silent() > before + 1);
  expect(w.state("job1")).toBe("JOB_SUBMIT");
  w.slurm.activeJobs = activeJobs;
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
});

test("an agent that starts leaves what has ended alone", async () => {
  const { w, agent: first, version } = await submittedWorld();
  w.end("1", task("COMPLETED"));
  await w.until(() => w.published.length === 2 && w.isPutAside("job1"));
  first.stop();
  w.store.writes.length = 0;
  await w.start();
  // Something to wait for: the agent is up, and takes requests.
  await w.store.put(`.cloud-submit/pending/job1/run-${version}.json`, "{}");
  w.deliver("job1", version);
  await w.until(() => !w.store.objects.has(`.cloud-submit/pending/job1/run-${version}.json`));
  expect(w.store.writes.filter((key) => key.startsWith("job1/"))).toEqual([]);
});

describe("requests", () => {
  test("the record tells who asked: the account, and what the CLI says of itself", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const metadata = { submission: "s-1", submitter: `ada@${"h".repeat(300)}` };
    await w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD\n", { metadata });
    w.deliver("job1", "s-1");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")).toMatchObject({
      submission: "s-1",
      requester: { account: "1", submitter: `ada@${"h".repeat(252)}` },
    });
  });

  test("a late request for an older FILE_UPLOAD finds the one that is known, and adds nothing", async () => {
    const w = world();
    const said = listen(w);
    await w.start();
    await w.upload("job1");
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    w.store.before = (operation, key) =>
      operation === "list" && key === "job1/" ? held : undefined;
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => said.some(({ action }) => action === "run"));
    w.deliver("job1", "older");
    await w.until(() => said.some(({ submission }) => submission === "older"));
    release();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
    expect(w.record("job1")).not.toHaveProperty("refused");
  });

  test("a refusal that S3 does not take at once is told once", async () => {
    const { w } = await submittedWorld();
    let failures = 2;
    w.store.before = (operation, key) => {
      if (operation !== "put" || key !== "job1/job-aws-job.json" || failures-- <= 0) return;
      throw new Error("503 SlowDown");
    };
    const second = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")?.refused).toEqual([expect.objectContaining({ submission: second })]);
  });
});

describe("a job whose journal is gone", () => {
  test("and that is to be cancelled is taken up by its marker, and cancelled", async () => {
    const { w } = await withoutJournal("JOB_CANCEL\n");
    await w.until(() => w.slurm.cancelled.length > 0);
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    // Once more where Slurm is slow to end it.
    expect([[...new Set(w.slurm.cancelled)], w.record("job1")?.outcome]).toEqual([
      ["1"],
      "cancelled",
    ]);
  });

  test("JOB_CANCEL finds it in Slurm, and cancels it", async () => {
    const { w } = await withoutJournal();
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length > 0);
    expect([...new Set(w.slurm.cancelled)]).toEqual(["1"]);
  });

  test("whose place another submission has taken by a client's word: its marker goes, and nothing else happens", async () => {
    const { w } = await withoutJournal("JOB_SUBMIT\n", { submission: "another" });
    await w.until(() => w.left().length === 0);
    expect([w.state("job1"), w.slurm.submitted.length]).toEqual(["JOB_SUBMIT", 1]);
  });
});

test("JOB_CANCEL of a job that only its final record tells of ends cancelled: there is nothing to put back", async () => {
  const w = world();
  await w.start();
  const record = { version: 1, prefix: "job1", submission: "s0", state: "JOB_ERROR", times: {} };
  await w.store.put("job1/job-aws-job.json", JSON.stringify(record));
  await w.ask("job1", "JOB_CANCEL");
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")).toMatchObject({ outcome: "cancelled", error: { code: "cancelled" } });
});
