import { expect, test } from "@jest/globals";
import { toldOf } from "../../../../headnode/board/board-text.ts";
import { BOARD_ENDED_MAX, BOARD_ENDED_MS, type BoardJob } from "../../../../protocol/board.ts";

const now = new Date("2026-11-24T12:00:00.000Z");
const ended = (submission: string, agoMs: number): BoardJob => ({
  submission,
  state: "COMPLETED",
  final: true,
  endedAt: new Date(now.getTime() - agoMs).toISOString(),
});
const active: BoardJob = { submission: "a", state: "PENDING", final: false };
const names = (jobs: readonly BoardJob[]) => jobs.map(({ submission }) => submission);

test("a board tells of what has not ended, then of the last that have", () => {
  const jobs = [ended("old", 5000), ended("late", BOARD_ENDED_MS + 1), ended("new", 1), active];
  expect(names(toldOf(jobs, now))).toEqual(["a", "new", "old"]);
});

test("a board tells of so many that have ended", () => {
  const many = Array.from({ length: BOARD_ENDED_MAX + 5 }, (_none, at) => ended(`s${at}`, at));
  const told = names(toldOf([...many, active], now));
  expect([told.length, told.at(-1)]).toEqual([BOARD_ENDED_MAX + 1, `s${BOARD_ENDED_MAX - 1}`]);
});

test("a board that would be too long tells of fewer that have ended", () => {
  const jobs = [ended("e1", 1), ended("e2", 2), active];
  const room = Buffer.byteLength(JSON.stringify([active, jobs[0]]));
  expect(names(toldOf(jobs, now, room))).toEqual(["a", "e1"]);
});
