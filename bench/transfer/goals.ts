import type { Cell } from "./cell.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Wall time as a multiple of s5cmd's on the same course, at most. */
const WALL: readonly { files: number; size: number; most: number }[] = [
  { files: 2000, size: 4 * KiB, most: 1 },
  { files: 200, size: MiB, most: 0.8 },
  { files: 2, size: 512 * MiB, most: 0.5 },
];

const PEAK_MEMORY_BYTES = 200e6;
const KEYS_ON_A_PAGE = 1000;

/** One thing that was to be reached, and whether it was. */
export interface Verdict {
  what: string;
  goal: string;
  found: string;
  reached: boolean;
  /** A count, which is the same on every machine. */
  exact: boolean;
}

/** Compares what cloud-submit took on a course with the goals for it. */
export function verdicts(own: Cell, peer: Cell | undefined): Verdict[] {
  const all: Verdict[] = [];
  const goal = WALL.find(({ files, size }) => files === own.files && size === own.size);
  if (goal && peer) {
    const ratio = own.wallSeconds.median / peer.wallSeconds.median;
    all.push({
      what: "wall ÷ s5cmd",
      goal: `≤ ${goal.most.toFixed(1)}`,
      found: ratio.toFixed(2),
      reached: ratio <= goal.most,
      exact: false,
    });
  }
  if (own.direction === "re-sync") {
    const requests = totalOf(own.requests);
    const most = Math.ceil(own.files / KEYS_ON_A_PAGE);
    all.push({
      what: "requests",
      goal: `${most}`,
      found: `${requests}`,
      reached: requests <= most,
      exact: true,
    });
  }
  all.push({
    what: "peak memory, MB",
    goal: `≤ ${PEAK_MEMORY_BYTES / 1e6}`,
    found: (own.peakMemoryBytes.max / 1e6).toFixed(0),
    reached: own.peakMemoryBytes.max <= PEAK_MEMORY_BYTES,
    exact: false,
  });
  return all;
}

export function totalOf(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}
