import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { PHASES } from "../../../../headnode/journal/job-entry.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { unwrittenJob } from "../../../support/unwritten-job.ts";

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

  test("an sbatch that a hanging slurmctld takes up later is not repeated", async () => {
    const w = world();
    await w.start();
    let silent = 1;
    w.slurm.onSubmit = (when) => {
      if (when === "after" && silent-- > 0) {
        w.slurm.hiddenLooks = 10;
        throw new Error("Socket timed out");
      }
    };
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("an agent that is killed every few seconds still finds out that an sbatch was void", async () => {
    const w = world();
    let agent = await w.start();
    let [lives, looks] = [1, 0];
    const kill = () => {
      agent.kill();
      lives += 1;
      void w.start().then((next) => {
        agent = next;
      });
    };
    w.slurm.onSubmit = () => {
      w.slurm.onSubmit = () => undefined;
      kill();
      throw new Error("killed");
    };
    w.slurm.onLook = () => {
      looks += 1;
      if (looks % 4 === 0 && lives < 50) kill();
    };
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
    expect(lives).toBeLessThan(50);
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
    expect(w.written().slice(-3)).toEqual([
      "job1/result",
      "job1/job-aws-job.json",
      "job1/job-aws-stat.txt",
    ]);
  });

  // Of waiting: after-histories.test.ts.
  const journaled = PHASES.filter((phase) => !["waiting", "done", "failing"].includes(phase));

  test.each(journaled)(
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
      await w.until(() => w.left().length === 0);
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
    w.loseJournal();
    await w.start();
    w.deliver("job1", version);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test.each([{ cancels: "s1" }, {}])(
    "an agent that lost its journal cancels the job that Slurm has, be it named (%j) or not",
    async (metadata) => {
      const { w, agent } = await submittedWorld({ metadata: { submission: "s1" } });
      agent.stop();
      w.loseJournal();
      await w.ask("job1", "JOB_CANCEL\n", metadata);
      await w.start();
      await w.until(() => w.slurm.cancelled.includes("1"));
      w.end("1", task("CANCELLED"));
      await w.until(() => w.record("job1")?.outcome !== undefined);
      expect(w.record("job1")).toMatchObject({ submission: "s1", outcome: "cancelled" });
    },
  );

  test("a journal that cannot be written holds the job where it is, and nothing is doubled", async () => {
    const w = world();
    await w.start();
    const { putBack } = await unwrittenJob(w);
    expect(w.state("job1")).toBe("FILE_UPLOAD");
    putBack();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test("a job that ended while the agent was down is completed at its start", async () => {
    const { w, agent: first } = await submittedWorld();
    await w.until(() => w.published.length === 1);
    first.stop();
    w.slurm.ends.set("1", [task("TIMEOUT")]);
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.outcome).toBe("timeout");
  });
});
