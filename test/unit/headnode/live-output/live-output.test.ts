import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import type { SlurmTask } from "../../../../headnode/slurm/job-state.ts";
import { LIVE_MAX_BYTES, LIVE_TAIL_BYTES } from "../../../../protocol/live-output.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A running job `job1` of an agent that publishes; Slurm names the files `out` and `err` in its folder. */
async function runningJob(tasks?: (work: string) => SlurmTask[]) {
  const w = world({ live: true });
  const agent = await w.start();
  await w.upload("job1");
  const submission = await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  const work = join(w.workRoot, "job1", submission);
  const shown = tasks ?? (() => [{ ...task("RUNNING"), outputPaths: paths(work) }]);
  w.slurm.ends.set("1", shown(work));
  const folder = `.cloud-submit/live/job1/${submission}/`;
  const held = (name: string) => {
    const object = w.store.objects.get(folder + name);
    const { offset, size } = object?.metadata ?? {};
    return object && { text: object.body.toString(), offset, size };
  };
  const end = () => w.end("1", ...shown(work).map((one) => ({ ...one, state: "COMPLETED" })));
  const liveWrites = () => w.store.writes.filter((key) => key.startsWith(".cloud-submit/live/"));
  return { w, agent, submission, work, folder, held, end, liveWrites };
}

const paths = (work: string) => [join(work, "out"), join(work, "err")];

/** Long enough for several looks of the agent. */
const someRounds = () => sleep(100);

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
    await someRounds();
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
    await someRounds();
    appendFileSync(join(work, "out"), "two\n");
    await someRounds();
    expect(held("stdout")?.text).toBe("one\n");
    await w.start();
    await w.until(() => held("stdout")?.text === "one\ntwo\n");
    end();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    await w.until(() => ![...w.store.objects.keys()].some((key) => key.startsWith(folder)));
  });

  test("goes on with an agent that finds the job in Slurm only, its journal being lost", async () => {
    const { w, agent, work, held, submission } = await runningJob();
    writeFileSync(join(work, "out"), "one\n");
    await w.until(() => held("stdout") !== undefined && w.published.length > 0);
    agent.kill();
    // What it was writing into its journal is written by then.
    await someRounds();
    w.loseJournal();
    await w.start();
    w.deliver("job1", submission, "check");
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
    await someRounds();
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
    w.store.before = async (operation, key) => {
      if (operation !== "put" || !key.startsWith(".cloud-submit/live/")) return;
      now += 1;
      most = Math.max(most, now);
      await sleep(2);
      now -= 1;
    };
    for (let at = 0; at < many; at++) writeFileSync(join(work, `out-${at}`), "x");
    const published = () =>
      new Set(w.store.writes.filter((key) => key.startsWith(".cloud-submit/live/"))).size;
    await w.until(() => published() === many);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe("a job array", () => {
  const one = (state: string, arrayTask: string, outputPaths: string[]): SlurmTask => ({
    ...task(state),
    id: arrayTask,
    arrayTask,
    outputPaths,
  });

  test("has an object for each task that has begun, and a place for each in the record", async () => {
    const { w, work, held, submission } = await runningJob((folder) => [
      one("RUNNING", "1", [join(folder, "out_1")]),
      one("PENDING", "2-3", [join(folder, "out_4294967294")]),
    ]);
    writeFileSync(join(work, "out_1"), "first\n");
    await w.until(() => held("stdout-1")?.text === "first\n");
    // Slurm has forgotten the first one by now.
    w.slurm.ends.set("1", [
      one("RUNNING", "3", [join(work, "out_3")]),
      one("RUNNING", "2", [join(work, "out_2")]),
    ]);
    for (const id of ["2", "3"]) writeFileSync(join(work, `out_${id}`), `task ${id}\n`);
    await w.until(() => held("stdout-2") !== undefined && held("stdout-3") !== undefined);
    w.end("1", one("COMPLETED", "3", [join(work, "out_3")]));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")).toMatchObject({ submission, state: "JOB_COMPLETE" });
    expect(w.record("job1")?.output).toEqual([
      { task: 1, stdout: "out_1" },
      { task: 2, stdout: "out_2" },
      { task: 3, stdout: "out_3" },
    ]);
  });

  test("of which a task begins is noticed, although no hook tells of it", async () => {
    const { w, work, held } = await runningJob((folder) => [
      one("RUNNING", "1", [join(folder, "out_1")]),
    ]);
    writeFileSync(join(work, "out_1"), "first\n");
    await w.until(() => held("stdout-1") !== undefined);
    // Slurm's squeue lists the job as active: reconcile has no cause to look at it.
    w.slurm.activeJobs = async () => new Map([["1", { state: "RUNNING", reason: "None" }]]);
    await someRounds();
    w.slurm.ends.set("1", [
      one("RUNNING", "1", [join(work, "out_1")]),
      one("RUNNING", "2", [join(work, "out_2")]),
    ]);
    writeFileSync(join(work, "out_2"), "second\n");
    w.skip(10_000);
    await w.until(() => held("stdout-2")?.text === "second\n");
  });
});

describe("only the job's own output is published", () => {
  test.each<[string, (work: string, secret: string) => void]>([
    [
      "a link out of the folder",
      (work: string, secret: string) => symlinkSync(secret, join(work, "out")),
    ],
    [
      "a link to a folder elsewhere on the way",
      (work: string, secret: string) => {
        renameSync(work, `${work}.aside`);
        symlinkSync(dirname(secret), work);
      },
    ],
    [
      "a pipe to which nobody writes",
      (work: string) => {
        spawnSync("mkfifo", [join(work, "out")]);
      },
    ],
    ["a folder", (work: string) => mkdirSync(join(work, "out"))],
    ["nothing", (work: string) => rmSync(work, { recursive: true })],
  ])("%s is not", async (name, make) => {
    const elsewhere = temporaryFolder();
    const secret = join(elsewhere, "secret");
    writeFileSync(secret, "secret");
    writeFileSync(join(elsewhere, "out"), "secret");
    const { w, work, held, liveWrites } = await runningJob();
    make(work, secret);
    await someRounds();
    expect(liveWrites()).toEqual([]);
    // The agent looks on: what is the job's own comes.
    if (name !== "a link out of the folder") return;
    rmSync(join(work, "out"));
    writeFileSync(join(work, "out"), "own");
    await w.until(() => held("stdout")?.text === "own");
  });

  test("a file that Slurm writes outside of the job's folder is not", async () => {
    const elsewhere = join(temporaryFolder(), "out");
    writeFileSync(elsewhere, "of somebody else");
    const { w, end, liveWrites } = await runningJob(() => [
      { ...task("RUNNING"), outputPaths: [elsewhere] },
    ]);
    await someRounds();
    expect(liveWrites()).toEqual([]);
    end();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.output).toBeUndefined();
  });
});
