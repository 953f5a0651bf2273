import { expect, test } from "@jest/globals";
import { BoardWatch } from "../../../../../cli/slurm/fetcher/board-watch.ts";
import { boardKey, formatBoard } from "../../../../../protocol/board.ts";
import { endJob, jobFile, sendingWorld, sendJob } from "../../../../support/sent-job.ts";

test("one request a look for any number of jobs; what has changed is told once", async () => {
  const w = sendingWorld();
  const files = ["1", "2", "3"].map((id) =>
    jobFile({ id, submittedAt: w.context.now().toISOString() }),
  );
  const job = (n: number, state: string) => ({
    submission: files[n]!.submission,
    state,
    final: false,
  });
  const write = async (...states: string[]) =>
    w.store.put(
      boardKey(files[0]!.board),
      formatBoard({
        time: w.context.now().toISOString(),
        jobs: states.map((state, n) => job(n, state)),
      }),
    );
  const watch = new BoardWatch(w.context);
  await write("PENDING", "PENDING");
  w.requests.length = 0;
  expect([...(await watch.look(files)).keys()]).toHaveLength(2);
  const seen = files.map((file, n) => (n < 2 ? { ...file, last: job(n, "PENDING") } : file));
  expect((await watch.look(seen)).size).toBe(0);
  expect(w.requests).toHaveLength(2);
  await write("RUNNING", "PENDING");
  expect([...(await watch.look(seen)).values()]).toEqual([job(0, "RUNNING")]);
});

test("a job that no board tells of is read by itself; one that is gone is final", async () => {
  const w = sendingWorld();
  const origins = [{ path: w.root, at: "" }];
  const file = await sendJob(w, { origins });
  await endJob(w, file, {});
  w.clock.ms += 60_000;
  const gone = { ...file, prefix: "gone", submission: "gone" };
  const found = await new BoardWatch(w.context).look([file, gone]);
  expect(found.get(file.submission)).toMatchObject({ state: "COMPLETED", final: true });
  expect(found.get("gone")).toMatchObject({ state: "FAILED", final: true });
});

test("young jobs are looked at each second, old ones less and less often", async () => {
  const w = sendingWorld();
  const watch = new BoardWatch(w.context);
  const young = jobFile({ submittedAt: w.context.now().toISOString() });
  const old = jobFile({ submittedAt: "2026-01-01T00:00:00.000Z" });
  expect(watch.pauseMs([old, young])).toBe(1_000);
  for (let look = 0; look < 20; look++) await watch.look([young]);
  expect(watch.pauseMs([old])).toBe(15_000);
  watch.hurry();
  expect(watch.pauseMs([old])).toBe(1_000);
});
