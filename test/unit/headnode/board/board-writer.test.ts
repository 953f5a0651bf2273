import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type BoardOptions, BoardWriter } from "../../../../headnode/board/board-writer.ts";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { type Board, boardKey, formatBoard, parseBoard } from "../../../../protocol/board.ts";
import { arrayTask, FakeSlurm, task } from "../../../support/fake-slurm.ts";
import { jobEntry } from "../../../support/job-entry.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const BOARD = "b".repeat(22);
const KEY = boardKey(BOARD);
const writers: BoardWriter[] = [];
afterEach(() => {
  for (const writer of writers.splice(0)) writer.stop();
});

function world(changes: Partial<BoardOptions> = {}) {
  const store = new MemoryStore();
  const slurm = new FakeSlurm();
  const woken: JobEntry[] = [];
  const released: string[] = [];
  const logged: string[] = [];
  const start = () => {
    const writer = new BoardWriter({
      store,
      slurm,
      journal: {
        note: async (entry, change) => {
          released.push(entry.submission);
          Object.assign(entry, change(entry));
        },
      },
      workRoot: "/work",
      home: "/home",
      look: (entry) => woken.push(entry),
      log: (_level, text, fields) => logged.push(`${text} ${JSON.stringify(fields)}`),
      now: () => new Date(),
      random: () => 0,
      everyMs: 5,
      lookMs: 5,
      ...changes,
    });
    writers.push(writer);
    return writer;
  };
  const board = (): Board | undefined => parseBoard(store.text(KEY) ?? "");
  const puts = () => store.writes.filter((key) => key === KEY).length;
  const until = async (what: () => boolean) => {
    for (let look = 0; look < 2000; look++) {
      if (what()) return;
      // An object is only to be seen by looking.
      await sleep(5);
    }
    throw new Error(`never came true: ${String(what)}`);
  };
  return { store, slurm, woken, released, logged, start, board, puts, until };
}

const running = (changes: Partial<JobEntry> = {}) =>
  jobEntry({ phase: "running", board: BOARD, slurm: { jobId: "1" }, ...changes });
const idsOf = ({ submission, board, slurm }: JobEntry) => ({ submission, board, slurm });
const done = (changes: Partial<JobEntry> = {}) =>
  running({
    phase: "done",
    outcome: "completed",
    slurm: { jobId: "1", state: "COMPLETED" },
    times: { final: new Date().toISOString() },
    ...changes,
  });

describe("the board writer", () => {
  test("does nothing for submissions without a board", async () => {
    const w = world();
    w.start().see(running({ board: undefined }));
    // Time in which nothing is to happen.
    for (let turn = 0; turn < 10; turn++) await sleep(5);
    expect([w.store.requests, w.slurm.looks]).toEqual([{}, 0]);
  });

  test("writes what Slurm shows, and only when that has changed", async () => {
    const w = world();
    w.start().see(running());
    await w.until(() => w.board()?.jobs[0]?.state === "RUNNING");
    const before = w.puts();
    const looks = w.slurm.looks;
    await w.until(() => w.slurm.looks > looks + 5);
    expect([w.puts(), w.store.requests["get"]]).toEqual([before, 1]);
    w.slurm.ends.set("1", [{ ...task("PENDING"), reason: "BeginTime" }]);
    await w.until(() => w.board()?.jobs[0]?.reason === "BeginTime");
    expect(w.puts()).toBe(before + 1);
  });

  test("looks once at Slurm for all jobs of all boards, and no more when none is there", async () => {
    const w = world({ lookMs: 60_000 });
    const writer = w.start();
    const entries = Array.from({ length: 40 }, (_none, at) =>
      running({ submission: `s${at}`, board: `${BOARD}${at % 8}`, slurm: { jobId: String(at) } }),
    );
    for (const entry of entries) writer.see(entry);
    await w.until(() => w.store.writes.length >= 8);
    expect(w.slurm.looks).toBe(1);
    for (const entry of entries) writer.see(Object.assign(entry, { ...done(), ...idsOf(entry) }));
    await w.until(() => w.released.length === 40);
    expect(w.slurm.looks).toBe(1);
  });

  test("has a job looked at that has ended in Slurm, and an array of which a task has", async () => {
    const w = world();
    const writer = w.start();
    const [one, array] = [running(), running({ submission: "s2", slurm: { jobId: "2" } })];
    array.array = {
      submitted: "1-2",
      waiting: "1-2",
      seenAt: new Date().toISOString(),
      ends: [],
      restarts: 0,
    };
    w.slurm.ends.set("2", [arrayTask("2", "PENDING")]);
    for (const entry of [one, array]) writer.see(entry);
    await w.until(() => w.woken.includes(array));
    expect(w.woken).not.toContain(one);
    w.slurm.ends.set("1", [task("COMPLETED")]);
    await w.until(() => w.woken.includes(one));
    await w.until(() => w.board()?.jobs[1]?.tasks?.length === 2);
    expect(w.board()?.jobs[1]?.tasks?.map(({ state }) => state)).toEqual(["CANCELLED", "PENDING"]);
  });

  test("lets the journal put a submission aside once its end is on the board", async () => {
    const w = world();
    let isAway = true;
    w.store.before = (operation) => {
      if (operation === "put" && isAway) throw new Error("503");
    };
    const entry = done();
    w.start().see(entry);
    await w.until(() => w.logged.length > 0);
    expect([w.released, entry.board]).toEqual([[], BOARD]);
    expect(w.logged.join(" ")).not.toContain(BOARD);
    isAway = false;
    await w.until(() => w.released.length > 0);
    expect([w.board()?.jobs[0]?.final, entry.board]).toEqual([true, undefined]);
  });

  test("does not keep them for ever where no board can be written", async () => {
    const w = world({ endedMax: 2 });
    w.store.before = (operation) => {
      if (operation === "put") throw new Error("AccessDenied");
    };
    const writer = w.start();
    // Lately: those that ended long ago are not kept anyway.
    const now = Date.now();
    for (const at of [3, 1, 2]) {
      const final = new Date(now + at).toISOString();
      writer.see(done({ submission: `s${at}`, times: { final } }));
    }
    await w.until(() => w.released.length > 0);
    expect(w.released).toEqual(["s1"]);
  });

  test("takes what has ended from the object after a restart, and not what the journal does not know", async () => {
    const w = world();
    const time = new Date().toISOString();
    const state = { state: "COMPLETED", endedAt: time };
    await w.store.put(
      KEY,
      formatBoard({
        time,
        jobs: [
          { submission: "gone", state: "RUNNING", final: false },
          { submission: "s1", state: "RUNNING", name: "kept", cpus: 9, final: false },
          { submission: "ended", ...state, final: true },
        ],
      }),
    );
    w.start().see(running());
    await w.until(() => w.board()?.jobs.length === 2);
    expect(w.board()?.jobs[0]).toMatchObject({ name: "kept", cpus: 9 });
    await w.until(() => w.board()?.jobs[0]?.state === "RUNNING" && w.slurm.looks > 2);
    const jobs = w.board()?.jobs.map(({ submission, name }) => [submission, name]);
    expect(jobs).toEqual([
      ["s1", "job 1"],
      ["ended", undefined],
    ]);
  });

  test.each(["no json", '{"version":2}', formatBoard({ time: "x", jobs: [] })])(
    "an object that holds %j is none",
    async (text) => {
      const w = world();
      await w.store.put(KEY, text);
      w.start().see(running());
      await w.until(() => w.board()?.jobs.length === 1);
    },
  );

  test("a Slurm that does not answer is told once, and the board stays as it is", async () => {
    const w = world();
    w.slurm.jobs = () => {
      w.slurm.looks += 1;
      return Promise.reject(new Error("down"));
    };
    w.start().see(running());
    await w.until(() => w.slurm.looks > 5 && w.puts() > 0);
    expect([w.logged.length, w.board()?.jobs[0]?.state]).toEqual([1, "PENDING"]);
  });

  test("boards that are at rest do not stay in memory for ever, and are read again", async () => {
    const w = world();
    const writer = w.start();
    const boards = Array.from({ length: 30 }, (_none, at) => `${BOARD}${at}`);
    for (const board of boards) writer.see(done({ board }));
    await w.until(() => w.released.length === 30);
    const reads = w.store.requests["get"] ?? 0;
    for (const board of boards) writer.see(done({ board, submission: "s2" }));
    await w.until(() => w.released.length === 60);
    expect((w.store.requests["get"] ?? 0) - reads).toBeGreaterThanOrEqual(14);
    const told = boards.map(
      (board) => parseBoard(w.store.text(boardKey(board)) ?? "")?.jobs.length,
    );
    expect(new Set(told)).toEqual(new Set([2]));
  });
});
