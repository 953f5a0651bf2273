import { atMost, type Goal, unlessJudged } from "../goal.ts";
import { type Cell, type Direction, isSameRun } from "./cell.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** Wall time as a multiple of s5cmd's on the same course, at most. */
const WALL: readonly ({ files: number; size: number } & Partial<Record<Direction, number>>)[] = [
  { files: 2000, size: 4 * KiB, upload: 0.9, download: 0.9, "re-sync": 0.9 },
  { files: 200, size: MiB, upload: 0.8, download: 1 },
  // Whole processes: their start is most of it.
  { files: 20, size: MiB, upload: 1.5, download: 1.5 },
  { files: 2, size: 512 * MiB, upload: 0.6, download: 1 },
];
/** Runs whose median the goals for time are for; with fewer, one slow run decides. */
const RUNS = 5;

const PEAK_MEMORY_BYTES = 200e6;
const KEYS_ON_A_PAGE = 1000;

/** The goal that is shown beside each course. */
export const WALL_GOAL = "wall ÷ s5cmd";

/** Compares what cloud-submit took on a course with the goals for it. */
export function verdicts(own: Cell, peer: Cell | undefined): Goal[] {
  const all = [wallGoal(own, peer)];
  if (own.direction === "download" && own.transport === "https" && own.files * own.size === GiB) {
    const ratio = own.cpuSeconds.median / (peer?.cpuSeconds.median ?? Number.NaN);
    all.push(unlessJudged(atMost("CPU ÷ s5cmd", ratio, 1, { exact: false }), doubt(own, peer)));
  }
  if (own.direction === "re-sync") {
    const most = Math.ceil(own.files / KEYS_ON_A_PAGE);
    all.push(atMost("requests", totalOf(own.requests), most, { digits: 0, exact: true }));
  }
  const megabytes = own.peakMemoryBytes.max / 1e6;
  all.push(
    atMost("peak memory, MB", megabytes, PEAK_MEMORY_BYTES / 1e6, { digits: 0, exact: false }),
  );
  return all;
}

function wallGoal(own: Cell, peer: Cell | undefined): Goal {
  const goal = WALL.find(({ files, size }) => files === own.files && size === own.size);
  const most = goal?.[own.direction];
  const ratio = own.wallSeconds.median / (peer?.wallSeconds.median ?? Number.NaN);
  const found = atMost(WALL_GOAL, ratio, most ?? Number.NaN, { exact: false });
  if (most === undefined)
    return unlessJudged({ ...found, goal: "none" }, "there is no goal for so many files");
  return unlessJudged(found, doubt(own, peer));
}

/** Why times are not judged; undefined when they are. */
function doubt(own: Cell, peer: Cell | undefined): string | undefined {
  if (!peer) return "s5cmd did not run";
  if (!isSameRun(own, peer)) return "s5cmd ran at another time";
  const runs = Math.min(own.wallSeconds.runs, peer.wallSeconds.runs);
  return runs < RUNS ? `the goal is for ${RUNS} runs; there were ${runs}` : undefined;
}

export function totalOf(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}
