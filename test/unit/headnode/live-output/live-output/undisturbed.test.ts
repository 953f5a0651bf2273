import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { task } from "../../../../support/fake-slurm.ts";
import { runningJob } from "../../../../support/running-job.ts";

describe("no step of a job is disturbed", () => {
  test("when the bucket takes no live output", async () => {
    const { w, work, end, liveWrites } = await runningJob();
    let refused = 0;
    w.store.before = (_operation, key) => {
      if (!key.startsWith(".cloud-submit/live/")) return;
      refused += 1;
      throw new Error("503 SlowDown");
    };
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => refused > 2);
    end();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(liveWrites()).toEqual([]);
    expect(w.record("job1")).toMatchObject({ outcome: "completed" });
    expect(w.store.text("job1/out")).toBe("one\n");
  });

  test("JOB_COMPLETE is the last that is written, also when live output is on its way then", async () => {
    const { w, work, end } = await runningJob();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let onTheWay = false;
    w.store.before = async (operation, key) => {
      if (operation !== "put" || !key.startsWith(".cloud-submit/live/")) return;
      onTheWay = true;
      await held;
    };
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => onTheWay);
    end();
    // The results do not wait for it.
    await w.until(() => w.store.text("job1/out") === "one\n");
    release();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    await w.someRounds();
    expect(w.store.writes.at(-1)).toBe("job1/job-aws-stat.txt");
  });

  test("a bounded number of objects is written at a time", async () => {
    const many = 30;
    const { w, work } = await runningJob((folder) =>
      Array.from({ length: many }, (_, at) => ({
        ...task("RUNNING"),
        id: String(at + 1),
        arrayTask: String(at),
        outputPaths: [join(folder, `out-${at}`)],
      })),
    );
    let [now, most] = [0, 0];
    let release = () => undefined as void;
    const enough = new Promise<void>((resolve) => {
      release = resolve;
    });
    w.store.before = async (operation, key) => {
      if (operation !== "put" || !key.startsWith(".cloud-submit/live/")) return;
      now += 1;
      most = Math.max(most, now);
      // None ends before as many are on their way as may be.
      if (now === 4) release();
      await enough;
      now -= 1;
    };
    for (let at = 0; at < many; at++) writeFileSync(join(work, `out-${at}`), "x");
    const published = () =>
      new Set(w.store.writes.filter((key) => key.startsWith(".cloud-submit/live/"))).size;
    await w.until(() => published() === many);
    expect(most).toBe(4);
  });
});
