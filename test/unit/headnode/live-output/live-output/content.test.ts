import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { LIVE_MAX_BYTES, LIVE_TAIL_BYTES } from "../../../../../protocol/live-output.ts";
import { runningJob } from "../../../../support/running-job.ts";

describe("what a running job prints", () => {
  test("is in the bucket while it runs, and not any more when the results are", async () => {
    const { w, work, held, end, folder, liveWrites } = await runningJob();
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => held("stdout")?.text === "one\n");
    expect(held("stdout")).toMatchObject({ offset: "0", size: "4" });
    appendFileSync(join(work, "out"), "two\n");
    writeFileSync(join(work, "err"), "oh\n");
    await w.until(() => held("stdout")?.text === "one\ntwo\n" && held("stderr")?.text === "oh\n");
    const writes = liveWrites().length;
    await w.someRounds();
    // Nothing new, nothing written.
    expect(liveWrites()).toHaveLength(writes);

    end();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.writes.at(-1)).toBe("job1/job-aws-stat.txt");
    expect(w.store.text("job1/out")).toBe("one\ntwo\n");
    expect(w.record("job1")?.output).toEqual([{ stdout: "out", stderr: "err" }]);
    await w.until(() => ![...w.store.objects.keys()].some((key) => key.startsWith(folder)));
  });

  test("is the tail of it when it is long, and all that has come since the last but one look", async () => {
    const { w, work, held } = await runningJob();
    const out = join(work, "out");
    const size = () => Number(held("stdout")?.size);
    writeFileSync(out, "x".repeat(LIVE_MAX_BYTES + 100));
    await w.until(() => size() === LIVE_MAX_BYTES + 100);
    expect(held("stdout")).toMatchObject({ offset: "100" });
    for (let more = 1; more <= 2; more++) {
      appendFileSync(out, "y");
      await w.until(() => size() === LIVE_MAX_BYTES + 100 + more);
    }
    appendFileSync(out, "z".repeat(2 * LIVE_TAIL_BYTES));
    await w.until(() => held("stdout")?.text.endsWith("z") === true);
    expect(held("stdout")?.offset).toBe(String(LIVE_MAX_BYTES + 101));
    appendFileSync(out, "!");
    await w.until(() => held("stdout")?.text.endsWith("!") === true);
    appendFileSync(out, "!");
    await w.until(() => held("stdout")?.text.endsWith("!!") === true);
    expect(held("stdout")?.text).toHaveLength(LIVE_TAIL_BYTES);
  });

  test("may begin anew, as the output of a requeued job does", async () => {
    const { w, work, held } = await runningJob();
    writeFileSync(join(work, "out"), "a long first run\n");
    await w.until(() => held("stdout") !== undefined);
    truncateSync(join(work, "out"));
    appendFileSync(join(work, "out"), "again\n");
    await w.until(() => held("stdout")?.text === "again\n");
    expect(held("stdout")).toMatchObject({ offset: "0", size: "6" });
  });

  test("goes on after the agent was stopped and started", async () => {
    const { w, agent, work, held, end, folder } = await runningJob();
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => held("stdout") !== undefined);
    agent.kill();
    await w.someRounds();
    appendFileSync(join(work, "out"), "two\n");
    await w.someRounds();
    expect(held("stdout")?.text).toBe("one\n");
    await w.start();
    await w.until(() => held("stdout")?.text === "one\ntwo\n");
    end();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    await w.until(() => ![...w.store.objects.keys()].some((key) => key.startsWith(folder)));
  });

  test("goes on with an agent that finds the job in Slurm only, its journal being lost", async () => {
    const { w, agent, work, held } = await runningJob();
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => held("stdout") !== undefined && w.published.length > 0);
    agent.kill();
    // Its last write into its journal is over by then.
    await w.someRounds();
    w.loseJournal();
    await w.start();
    appendFileSync(join(work, "out"), "two\n");
    await w.until(() => held("stdout")?.text === "one\ntwo\n");
  });

  test("of a job that ended while the agent was away is cleared away by the next one", async () => {
    const { w, agent, work, held, end, folder } = await runningJob();
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => held("stdout") !== undefined);
    agent.kill();
    await w.store.put(".cloud-submit/live/other/s1/stdout", "of a Head Node that is gone");
    end();
    const last = await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE" && w.isPutAside("job1"));
    last.stop();
    await w.start();
    await w.until(
      () => ![...w.store.objects.keys()].some((key) => key.startsWith(".cloud-submit/live/")),
    );
    expect(w.store.objects.has(`${folder}stdout`)).toBe(false);
  });
});
