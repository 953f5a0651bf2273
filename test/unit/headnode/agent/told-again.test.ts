import { describe, expect, test } from "@jest/globals";
import { submittedWorld } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { openScene } from "../../../support/open-scene.ts";

/** Longer than from one time to the next. */
const LATER_MS = 60_000;

describe("a cancel that slurmctld has forgotten", () => {
  async function cancelled() {
    const { w } = await submittedWorld();
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length === 1);
    return w;
  }

  test("is repeated, some time later, as long as the job runs", async () => {
    const w = await cancelled();
    for (const times of [2, 3]) {
      await w.someRounds();
      expect(w.slurm.cancelled).toHaveLength(times - 1);
      w.skip(LATER_MS);
      await w.until(() => w.slurm.cancelled.length === times);
    }
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.outcome).toBe("cancelled");
  });

  test("is repeated at once when the user cancels again", async () => {
    const w = await cancelled();
    await w.ask("job1", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length === 2);
  });

  test("is not repeated for a job that is on its way out", async () => {
    const w = await cancelled();
    let looks = 0;
    w.slurm.tasks = async () => {
      looks += 1;
      return [task("COMPLETING")];
    };
    w.skip(LATER_MS);
    await w.until(() => looks > 20);
    expect(w.slurm.cancelled).toHaveLength(1);
  });
});

describe("a release that slurmctld has forgotten", () => {
  const held = { ...task("PENDING"), reason: "JobHeldUser" };
  const dated = { ...held, waitsForDate: true };

  /** An open submission whose job was released, and which Slurm shows so some time later. */
  async function shown(later: ReturnType<typeof task>, skip = LATER_MS) {
    const { w, ...s } = openScene({ patient: true });
    await w.start();
    await s.submit("A");
    await s.close("A");
    await s.released("A");
    let looks = 0;
    const tasks = w.slurm.tasks.bind(w.slurm);
    w.slurm.tasks = async (jobId) => {
      looks += 1;
      return tasks(jobId);
    };
    w.slurm.ends.set("1", [later]);
    w.skip(skip);
    return { w, isLookedAt: () => w.until(() => looks > 0) };
  }

  test.each([
    ["date", dated, LATER_MS],
    ["date, however late", dated, 100 * LATER_MS],
    ["hold", held, LATER_MS],
  ])("is repeated: the job waits for its %s as before", async (_name, later, skip) => {
    const { w } = await shown(later, skip);
    await w.until(() => w.slurm.released.length === 2);
    w.skip(LATER_MS);
    await w.until(() => w.slurm.released.length === 3);
    w.end("1", { ...task("COMPLETED"), nodes: "n" });
    await w.until(() => w.state("A") === "JOB_COMPLETE");
  });

  test.each([
    ["that somebody holds later", held, 10 * LATER_MS],
    ["that an administrator holds", { ...held, reason: "JobHeldAdmin" }, LATER_MS],
    ["that waits for something else", { ...held, reason: "Priority" }, LATER_MS],
  ])("does nothing to a job %s", async (_name, later, skip) => {
    const { w, isLookedAt } = await shown(later, skip);
    await isLookedAt();
    await w.someRounds();
    expect(w.slurm.released).toHaveLength(1);
  });

  test("is not repeated for a job that is cancelled", async () => {
    const { w } = await shown(dated, 0);
    await w.ask("A", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length === 1);
    w.skip(LATER_MS);
    await w.until(() => w.slurm.cancelled.length === 2);
    expect(w.slurm.released).toHaveLength(1);
  });
});
