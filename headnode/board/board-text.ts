import {
  BOARD_ENDED_MAX,
  BOARD_ENDED_MS,
  BOARD_MAX_BYTES,
  type BoardJob,
} from "../../protocol/board.ts";

/** Room for what stands around the jobs. */
const AROUND_BYTES = 1024;

/**
 * The jobs that a board tells of: those that have not ended, then the last that have. Where all would make it too long,
 * fewer of those that have ended; and of more jobs than any board holds, the first ones.
 *
 * @param most bytes of their text
 */
export function toldOf(
  jobs: Iterable<BoardJob>,
  now: Date,
  most = BOARD_MAX_BYTES - AROUND_BYTES,
): BoardJob[] {
  const all = [...jobs];
  const active = all.filter(({ final }) => !final);
  const since = now.getTime() - BOARD_ENDED_MS;
  const ended = all
    .filter(({ final, endedAt }) => final && endOf(endedAt) >= since)
    .toSorted((a, b) => endOf(b.endedAt) - endOf(a.endedAt))
    .slice(0, BOARD_ENDED_MAX);
  return withinBytes([...active, ...ended], most);
}

/** Texts of jobs, each made once: a board is compared every second, and most of its jobs have ended. */
const texts = new WeakMap<BoardJob, string>();

/** The text of one job. */
export function textOf(job: BoardJob): string {
  const text = texts.get(job) ?? JSON.stringify(job);
  texts.set(job, text);
  return text;
}

function withinBytes(jobs: readonly BoardJob[], most: number): BoardJob[] {
  let left = most;
  const last = jobs.findIndex((job) => {
    left -= Buffer.byteLength(textOf(job)) + 1;
    return left < 0;
  });
  return last < 0 ? [...jobs] : jobs.slice(0, last);
}

function endOf(time: string | undefined): number {
  return Date.parse(time ?? "") || 0;
}
