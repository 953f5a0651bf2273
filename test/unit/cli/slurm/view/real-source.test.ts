import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeBoard } from "../../../../../bucket/job-objects/board.ts";
import { writeHeartbeat } from "../../../../../bucket/job-objects/heartbeat.ts";
import { boardId } from "../../../../../cli/slurm/board-id.ts";
import { JobFiles } from "../../../../../cli/slurm/job-files.ts";
import { loadJobs } from "../../../../../cli/slurm/view/load-jobs.ts";
import { realSource } from "../../../../../cli/slurm/view/real-source.ts";
import { endJob, jobFile, sendingWorld, sendJob } from "../../../../support/sent-job.ts";
import { heartbeat, PARTITIONS } from "../../../../support/slurm-view.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const USER = { name: "ann", uid: 1000, group: "staff", gid: 50, host: "desk" };

/** Commands that show something, each a process of its own, in a world of a bucket and a state folder. */
function scene() {
  const w = sendingWorld();
  const root = join(temporaryFolder(), "state");
  const folders = { root, jobs: join(root, "jobs") };
  const jobs = new JobFiles(folders.jobs);
  const slurm = { context: w.context, folders, env: {}, cwd: w.root };
  const started: number[] = [];
  const start = async () => void started.push(1);
  /** The rows of a call, and what was asked of the bucket. */
  const call = async () => {
    w.requests.length = 0;
    const rows = await loadJobs({
      source: realSource(slurm, start),
      user: USER,
      now: w.context.now,
      ownNow: w.context.now,
    });
    return { rows, requests: [...w.requests] };
  };
  const board = async () => boardId(folders, () => "b".repeat(22));
  return { ...w, folders, jobs, slurm, started, call, board };
}

test("500 jobs cost three requests at most: the board, and once the heartbeat", async () => {
  const s = scene();
  const time = s.context.now().toISOString();
  const files = Array.from({ length: 500 }, (_, at) =>
    jobFile({ id: String(at + 1), submittedAt: time }),
  );
  for (const file of files) await s.jobs.write(file);
  // The last one was sent a moment ago.
  const told = files.slice(0, 499).map(({ submission, id }) => ({
    submission,
    slurmJobId: id,
    state: "RUNNING",
    partition: "queue1",
    final: false,
  }));
  await writeBoard(s.store, await s.board(), { time, jobs: told });
  await writeHeartbeat(s.store, heartbeat({ partitions: PARTITIONS }));
  const first = await s.call();
  expect(first.rows).toHaveLength(500);
  expect(first.requests.length).toBeLessThanOrEqual(3);
  expect(first.rows.filter(({ partition }) => partition !== "queue1")).toEqual([]);
  const second = await s.call();
  expect(second.requests).toEqual([expect.stringContaining("boards/")]);
  expect(second.rows).toEqual(first.rows);
  expect(s.started).toHaveLength(2);
});

test("a job that no board tells of is asked for once, and kept", async () => {
  const s = scene();
  const file = await sendJob(s, { origins: [{ path: s.root, at: "" }], isOpen: false });
  await s.jobs.write(file);
  await endJob(s, file, {});
  s.clock.ms += 120_000;
  await writeBoard(s.store, await s.board(), { time: s.context.now().toISOString(), jobs: [] });
  const first = await s.call();
  expect(first.rows).toMatchObject([{ id: file.id, state: "COMPLETING", verdict: "COMPLETED" }]);
  expect(await s.jobs.read(file.id)).toMatchObject({
    last: { state: "COMPLETED", final: true },
    results: "waiting",
  });
  const second = await s.call();
  expect(second.requests).toEqual([]);
  expect(second.rows).toEqual(first.rows);
});

test("what the fetcher has written in the meantime stays", async () => {
  const s = scene();
  const file = await sendJob(s, { origins: [{ path: s.root, at: "" }], isOpen: false });
  await endJob(s, file, {});
  await s.jobs.write({ ...file, results: "fetched" });
  const learnt = await realSource(s.slurm, async () => undefined).reread(file);
  expect(learnt.last?.final).toBe(true);
  expect(await s.jobs.read(file.id)).toMatchObject({ results: "fetched" });
});

test("the usual partition is that of the last heartbeat that was read", async () => {
  const s = scene();
  const source = realSource(s.slurm, async () => undefined);
  expect(await source.usualPartition(true)).toBeUndefined();
  await writeHeartbeat(s.store, heartbeat({ partitions: PARTITIONS }));
  expect(await source.usualPartition(true)).toBe("queue1");
  await writeHeartbeat(
    s.store,
    heartbeat({ partitions: PARTITIONS.map((one) => ({ ...one, isDefault: one.name === "gpu" })) }),
  );
  s.requests.length = 0;
  expect(await source.usualPartition(true)).toBe("queue1");
  expect(s.requests).toEqual([]);
  await source.heartbeat();
  expect(await source.usualPartition(true)).toBe("gpu");
});
