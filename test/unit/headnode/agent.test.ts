import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Agent, startAgent } from "../../../headnode/agent.ts";
import { type Phase, PHASES } from "../../../headnode/journal/job-entry.ts";
import { JobObjects } from "../../../headnode/job-objects.ts";
import type { StateChange } from "../../../protocol/event.ts";
import { pendingMarkerSchema } from "../../../protocol/marker.ts";
import { parseRecord } from "../../../protocol/record.ts";
import { FakeSlurm, task } from "../../support/fake-slurm.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const running: Agent[] = [];
afterEach(() => {
  for (const agent of running.splice(0)) agent.stop();
});

/** An agent on a bucket in memory, a Slurm that does as it is told, and real folders. */
function world() {
  const folder = temporaryFolder();
  const [home, workRoot] = [join(folder, "home"), join(folder, "work")];
  mkdirSync(home);
  const store = new MemoryStore();
  const slurm = new FakeSlurm();
  const published: StateChange[] = [];
  const record = (prefix: string) => parseRecord(store.text(`${prefix}/job-aws-job.json`) ?? "");
  let messages = 0;
  const drop = (spool: string, text: string) => {
    const path = join(home, "spool", spool);
    mkdirSync(path, { recursive: true });
    messages += 1;
    writeFileSync(join(path, `.${messages}`), text);
    renameSync(join(path, `.${messages}`), join(path, `message${messages}`));
  };
  const world = {
    home,
    workRoot,
    store,
    slurm,
    published,
    record,
    state: (prefix: string) => store.text(`${prefix}/job-aws-stat.txt`)?.trim(),
    /** Called with the fields of each log line. */
    onLog: (_fields: { phase?: Phase }) => undefined as void,
    async start() {
      const agent = await startAgent({
        ports: {
          bucket: "b",
          home,
          workRoot,
          store,
          objects: new JobObjects(store),
          slurm,
          log: (_level, _message, fields) => this.onLog((fields ?? {}) as { phase?: Phase }),
          now: () => new Date(),
          sleep: (ms) => sleep(Math.min(ms, 5)),
        },
        publish: async (change) => void published.push(change),
        reconcileMs: 20,
        rescanMs: 10,
        cleaning: { keepDays: 30, minFreeShare: 0, freeShare: async () => 1 },
      });
      running.push(agent);
      return agent;
    },
    async upload(
      prefix: string,
      files: Record<string, string> = { "job-aws-run.sh": "#!/bin/sh\n" },
    ) {
      for (const [name, text] of Object.entries(files)) await store.put(`${prefix}/${name}`, text);
    },
    /** Writes the state as a user does, and has the request delivered. */
    async ask(prefix: string, state: string) {
      await store.put(`${prefix}/job-aws-stat.txt`, state);
      const version = store.objects.get(`${prefix}/job-aws-stat.txt`)?.versionId;
      const action = state === "JOB_CANCEL" ? "cancel" : "run";
      await store.put(`.cloud-submit/pending/${prefix}/${action}-${version}.json`, "{}");
      this.deliver(prefix, version ?? "", action);
      return version ?? "";
    },
    deliver(prefix: string, submission: string, action = "run") {
      drop(
        "requests",
        `action=${action}\nprefix=${prefix}\nsubmission=${submission}\nrequester=1\n`,
      );
    },
    end(jobId: string, ...tasks: ReturnType<typeof task>[]) {
      slurm.ends.set(jobId, tasks);
      this.hook(jobId, "0:0");
    },
    /** What hooks/slurm-ended writes. */
    hook(jobId: string, exit: string) {
      drop("endings", `job=${jobId}\ntask=\nexit=${exit}\nrestarts=0\n`);
    },
    async until(what: () => boolean) {
      for (let look = 0; look < 2000; look++) {
        if (what()) return;
        await sleep(5);
      }
      throw new Error(`never came true: ${String(what)}`);
    },
  };
  return world;
}

describe("a job", () => {
  test("JOB_COMPLETE is never early: each object comes in its order", async () => {
    const w = world();
    await w.start();
    await w.upload("job1", {
      "job-aws-run.sh": "run",
      "in/data": "1",
      "job-aws-sbatch.out": "old",
    });
    await w.upload("job2", { secret: "of another job" });
    const version = await w.ask("job1", "FILE_UPLOAD\r\n");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toEqual([`cloud-submit:job1:${version}`]);
    expect(w.store.text("job1/job-aws-jobid.txt")).toBe("1\n");
    expect(w.store.text("job1/job-aws-sbatch.out")).toBe("Submitted batch job 1\n");
    expect(w.record("job1")).toMatchObject({ state: "JOB_SUBMIT", slurm: { jobId: "1" } });

    const work = join(w.workRoot, "job1", version);
    expect(readFileSync(join(work, "in/data"), "utf8")).toBe("1");
    w.store.writes.length = 0;
    mkdirSync(join(work, "out"));
    writeFileSync(join(work, "out/result"), "42");
    writeFileSync(join(work, "in/data"), "2");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.writes.slice(0, 2).toSorted()).toEqual(["job1/in/data", "job1/out/result"]);
    expect(w.store.writes.slice(2)).toEqual(["job1/job-aws-job.json", "job1/job-aws-stat.txt"]);
    expect(w.record("job1")).toMatchObject({
      state: "JOB_COMPLETE",
      outcome: "completed",
      stageIn: { verdict: "complete", files: 2 },
      stageOut: { verdict: "complete", files: 2 },
    });
    await w.until(() => w.published.length === 2);
    expect(w.published.map(({ from, to }) => [from, to])).toEqual([
      ["FILE_UPLOAD", "JOB_SUBMIT"],
      ["JOB_SUBMIT", "JOB_COMPLETE"],
    ]);
    expect([...w.store.objects.keys()].filter((key) => key.startsWith(".cloud-submit/"))).toEqual(
      [],
    );
  });

  test("is submitted once, however often its request comes", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    for (let time = 0; time < 5; time++) w.deliver("job1", version);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.deliver("job1", version);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    w.deliver("job1", version);
    await sleep(50);
    expect(w.slurm.submitted).toHaveLength(1);
    expect(w.state("job1")).toBe("JOB_COMPLETE");
  });

  test("of an old request is not run when the state says otherwise by now", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.store.put("job1/job-aws-stat.txt", "JOB_COMPLETE");
    await w.store.put(".cloud-submit/pending/job1/run-old.json", "{}");
    w.deliver("job1", "old");
    await w.until(() => !w.store.objects.has(".cloud-submit/pending/job1/run-old.json"));
    expect([w.slurm.submitted, w.state("job1")]).toEqual([[], "JOB_COMPLETE"]);
  });

  test("can be submitted again once it has ended", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    for (const id of ["1", "2"]) {
      await w.ask("job1", "FILE_UPLOAD");
      await w.until(() => w.state("job1") === "JOB_SUBMIT");
      w.end(id, task("FAILED", 3));
      await w.until(() => w.state("job1") === "JOB_COMPLETE");
      expect(w.record("job1")).toMatchObject({
        outcome: "failed",
        slurm: { jobId: id, exitCode: 3 },
      });
    }
    expect(new Set(w.slurm.submitted).size).toBe(2);
  });

  test("that is active is left alone: a second FILE_UPLOAD is refused and the state put back", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const first = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    const second = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")).toMatchObject({
      submission: first,
      refused: [{ submission: second }],
    });
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("A job array or a requeued job is complete when its last task is", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.end("1", task("COMPLETED"), task("PENDING"));
    w.end("1", task("COMPLETED"), task("REQUEUED"));
    await sleep(80);
    expect(w.state("job1")).toBe("JOB_SUBMIT");
    w.end("1", task("COMPLETED"), task("FAILED", 1));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({
      outcome: "failed",
      slurm: { tasks: { total: 2, completed: 1 } },
    });
  });

  test("that Slurm ended without running a hook is noticed", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.slurm.ends.set("1", [task("CANCELLED")]);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.outcome).toBe("cancelled");
  });
});

describe("a job that will not run", () => {
  test("has no script: JOB_ERROR says which", async () => {
    const w = world();
    await w.start();
    await w.upload("job1", { data: "1" });
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "rejected",
      error: { code: "no-script", message: expect.stringContaining("job1/job-aws-run.sh") },
    });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("is refused by sbatch: its words are in the bucket before JOB_ERROR", async () => {
    const w = world();
    w.slurm.refuse = "sbatch: error: invalid partition specified: nosuch\n";
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.store.writes.slice(-3)).toEqual([
      "job1/job-aws-sbatch.out",
      "job1/job-aws-job.json",
      "job1/job-aws-stat.txt",
    ]);
    expect(w.store.text("job1/job-aws-sbatch.out")).toBe(w.slurm.refuse);
    expect(w.record("job1")).toMatchObject({
      outcome: "submit-failed",
      error: { code: "sbatch-refused" },
    });
  });
});

describe("JOB_CANCEL", () => {
  test("cancels a job that Slurm has", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
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

  test("before the Head Node had the job: JOB_ERROR, outcome cancelled", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect([w.record("job1")?.outcome, w.slurm.submitted]).toEqual(["cancelled", []]);
  });

  test("of a job that has ended puts its final state back", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect([w.slurm.cancelled, w.record("job1")?.outcome]).toEqual([[], "completed"]);
  });
});

describe("when something stops", () => {
  test("an agent that died between sbatch and its journal finds the job again", async () => {
    const w = world();
    const first = await w.start();
    w.slurm.onSubmit = (when) => {
      if (when !== "after") return;
      first.stop();
      throw new Error("killed");
    };
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.slurm.submitted.length === 1);
    w.slurm.onSubmit = () => undefined;
    await w.start();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
    expect(w.store.text("job1/job-aws-jobid.txt")).toBe("1\n");
  });

  test("an sbatch without an answer is asked about, not repeated", async () => {
    const w = world();
    await w.start();
    let silent = 1;
    w.slurm.onSubmit = (when) => {
      if (when === "after" && silent-- > 0) throw new Error("Socket timed out");
    };
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("Nothing is lost when S3 stops: every request may fail, again and again", async () => {
    const w = world();
    await w.start();
    await w.upload("job1", { "job-aws-run.sh": "run", data: "1" });
    const seen = new Map<string, number>();
    w.store.before = (operation, key) => {
      if (key.startsWith(".cloud-submit/")) return;
      const id = `${operation} ${key}`;
      seen.set(id, (seen.get(id) ?? 0) + 1);
      if ((seen.get(id) ?? 0) <= 2) throw new Error("503 SlowDown");
    };
    const status = w.store.before;
    w.store.before = () => undefined;
    const version = await w.ask("job1", "FILE_UPLOAD");
    w.store.before = status;
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    writeFileSync(join(w.workRoot, "job1", version, "result"), "42");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.submitted).toHaveLength(1);
    expect(w.store.text("job1/result")).toBe("42");
    expect(w.store.writes.slice(-3)).toEqual([
      "job1/result",
      "job1/job-aws-job.json",
      "job1/job-aws-stat.txt",
    ]);
  });

  test.each(PHASES.filter((phase) => phase !== "done" && phase !== "failing"))(
    "an agent that dies right after it journaled %s is taken over by the next",
    async (phase) => {
      const w = world();
      const first = await w.start();
      await w.upload("job1");
      let died = false;
      w.onLog = (fields) => {
        if (fields.phase !== phase) return;
        died = true;
        first.stop();
      };
      const version = await w.ask("job1", "FILE_UPLOAD");
      // "accepted" is journaled without a log line of its own.
      if (phase === "accepted")
        w.store.before = (operation) => {
          if (operation === "list") first.stop();
          died ||= operation === "list";
        };
      const work = join(w.workRoot, "job1", version);
      const end = () => {
        if (!existsSync(work)) mkdirSync(work, { recursive: true });
        writeFileSync(join(work, "result"), "42");
        w.end("1", task("COMPLETED"));
      };
      if (["ended", "returned", "recorded"].includes(phase)) {
        await w.until(() => w.state("job1") === "JOB_SUBMIT");
        end();
      }
      await w.until(() => died);
      w.onLog = () => undefined;
      w.store.before = () => undefined;
      await w.start();
      if (!["ended", "returned", "recorded"].includes(phase)) {
        await w.until(() => w.state("job1") === "JOB_SUBMIT");
        end();
      }
      await w.until(() => w.state("job1") === "JOB_COMPLETE");
      expect(w.slurm.submitted).toHaveLength(1);
      expect(w.store.text("job1/result")).toBe("42");
      await w.until(() => w.published.at(-1)?.to === "JOB_COMPLETE");
      await w.until(
        () => ![...w.store.objects.keys()].some((key) => key.startsWith(".cloud-submit/")),
      );
    },
  );

  test("an agent that lost its journal does not submit a job again that Slurm has", async () => {
    const w = world();
    const first = await w.start();
    await w.upload("job1");
    w.slurm.onSubmit = (when) => {
      if (when !== "after") return;
      first.stop();
      throw new Error("killed");
    };
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.slurm.submitted.length === 1);
    w.slurm.onSubmit = () => undefined;
    rmSync(join(w.home, "journal"), { recursive: true });
    await w.start();
    w.deliver("job1", version);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("a journal that cannot be written holds the job where it is, and nothing is doubled", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const journal = join(w.home, "journal");
    w.slurm.onSubmit = (when) => {
      if (when === "after") renameSync(journal, `${journal}.away`);
    };
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.slurm.submitted.length === 1);
    await sleep(50);
    expect(w.state("job1")).toBe("FILE_UPLOAD");
    w.slurm.onSubmit = () => undefined;
    renameSync(`${journal}.away`, journal);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("a job that ended while the agent was down is completed at its start", async () => {
    const w = world();
    const first = await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.until(() => w.published.length === 1);
    first.stop();
    w.slurm.ends.set("1", [task("TIMEOUT")]);
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.outcome).toBe("timeout");
  });
});

describe("a job that Slurm has forgotten", () => {
  /** A job in JOB_SUBMIT whose Slurm knows it no more. */
  async function forgotten(exit?: string) {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    writeFileSync(join(w.workRoot, "job1", version, "result"), "42");
    if (exit !== undefined) w.hook("1", exit);
    await w.until(() => readdirSync(join(w.home, "spool/endings")).length === 0);
    w.slurm.ends.set("1", []);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.text("job1/result")).toBe("42");
    return w.record("job1");
  }

  test("ended as its hook said", async () => {
    expect(await forgotten("3:0")).toMatchObject({
      outcome: "failed",
      slurm: { exitCode: 3, signal: 0 },
    });
    expect(await forgotten("0:0")).toMatchObject({ outcome: "completed" });
  });

  test("while the agent was down ended as its hook said", async () => {
    const w = world();
    const first = await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT" && w.published.length === 1);
    first.stop();
    w.hook("1", "3:0");
    w.slurm.ends.set("1", []);
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ outcome: "failed", slurm: { exitCode: 3 } });
  });

  test("is lost when there was no hook either, and its results still come", async () => {
    expect(await forgotten()).toMatchObject({ outcome: "lost", error: { code: "lost" } });
  });

  test("in part, an array, is judged by all tasks that were ever seen", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    const bad = { ...task("FAILED", 9), id: "11" };
    w.end("1", bad, { ...task("RUNNING"), id: "12" }, { ...task("PENDING"), id: "1", count: 3 });
    await sleep(60);
    w.end("1", { ...task("COMPLETED"), id: "14" });
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({
      outcome: "failed",
      slurm: { exitCode: 9, tasks: { total: 5, completed: 4 } },
    });
  });
});

describe("results", () => {
  test("that cannot be sent: the record tells how the job ended, stdout is there, and sending goes on where it was", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    const work = join(w.workRoot, "job1", version);
    writeFileSync(join(work, "stdout.txt"), "said");
    for (const name of ["a", "b", "c"]) writeFileSync(join(work, name), name);
    let broken = true;
    w.store.before = (operation, key) => {
      if (broken && operation === "put" && key === "job1/c") throw new Error("503 SlowDown");
    };
    w.store.writes.length = 0;
    w.end("1", { ...task("FAILED", 3), outputPaths: [join(work, "stdout.txt")] });
    await w.until(() => w.record("job1")?.slurm?.exitCode === 3);
    expect([w.store.writes[0], w.state("job1")]).toEqual(["job1/stdout.txt", "JOB_SUBMIT"]);
    broken = false;
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    for (const name of ["a", "b", "c", "stdout.txt"])
      expect(w.store.writes.filter((key) => key === `job1/${name}`)).toHaveLength(1);
    expect(w.record("job1")?.stageOut).toMatchObject({ verdict: "complete", files: 4 });
  });

  test("of a job that removed its own folder: it still ends, and the record says so", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    rmSync(join(w.workRoot, "job1", version), { recursive: true });
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.stageOut).toMatchObject({ verdict: "partial", skippedCount: 1 });
  });
});

describe("a check", () => {
  test("of a job that is known has no effect but to remove its marker", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.store.put(`.cloud-submit/pending/job1/check-${version}.json`, "{}");
    w.deliver("job1", version, "check");
    await w.until(() => !w.store.objects.has(`.cloud-submit/pending/job1/check-${version}.json`));
    expect(w.state("job1")).toBe("JOB_SUBMIT");
  });

  test.each([
    ["still has", "JOB_COMPLETE", "completed"],
    ["does not know", "JOB_ERROR", "lost"],
  ])(
    "of a job whose journal is gone and that Slurm %s ends it in %s",
    async (name, state, outcome) => {
      const w = world();
      const first = await w.start();
      await w.upload("job1");
      const version = await w.ask("job1", "FILE_UPLOAD");
      await w.until(() => w.state("job1") === "JOB_SUBMIT");
      await w.until(() => w.published.length === 1);
      first.stop();
      rmSync(join(w.home, "journal"), { recursive: true });
      if (name === "does not know") w.slurm.submitted.length = 0;
      else w.slurm.ends.set("1", [task("COMPLETED")]);
      await w.start();
      w.deliver("job1", version, "check");
      await w.until(() => w.state("job1") === state);
      expect(w.record("job1")).toMatchObject({ outcome, submission: version });
    },
  );

  test("of a job that has ended puts back the final state that somebody overwrote", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    const version = await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    w.end("1", task("COMPLETED"));
    await w.until(() => w.published.length === 2);
    await w.store.put("job1/job-aws-stat.txt", "JOB_SUBMIT\n");
    w.deliver("job1", version, "check");
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
  });
});

test("a request that is sent again while it is being worked on is answered for in its marker", async () => {
  const w = world();
  await w.start();
  await w.upload("job1");
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  w.store.before = (operation, key) => (operation === "list" && key === "job1/" ? held : undefined);
  const version = await w.ask("job1", "FILE_UPLOAD");
  const marker = () => w.store.text(`.cloud-submit/pending/job1/run-${version}.json`) ?? "{}";
  await sleep(30);
  w.deliver("job1", version);
  await w.until(() => JSON.parse(marker()).heard !== undefined);
  expect(pendingMarkerSchema.safeParse(JSON.parse(marker())).success).toBe(true);
  release();
  await w.until(() => w.state("job1") === "JOB_SUBMIT" && marker() === "{}");
});

describe("a request that comes in the instant in which a job's state is in the bucket and not in the journal", () => {
  /** A job whose final state has been written, by an agent that is held back before its journal. */
  async function endedInBucketOnly() {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
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
    return { w, release };
  }

  test("FILE_UPLOAD: is a new submission", async () => {
    const { w, release } = await endedInBucketOnly();
    await w.ask("job1", "FILE_UPLOAD");
    await sleep(30);
    release();
    await w.until(() => w.slurm.submitted.length === 2);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("JOB_CANCEL: the final state is put back", async () => {
    const { w, release } = await endedInBucketOnly();
    await w.ask("job1", "JOB_CANCEL");
    await sleep(30);
    release();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.cancelled).toEqual([]);
  });
});
