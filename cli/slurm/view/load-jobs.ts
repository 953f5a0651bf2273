import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import type { Board } from "../../../protocol/board.ts";
import type { JobFile } from "../job-file.ts";
import { jobViews, newest } from "./job-view.ts";
import type { SlurmJob } from "./slurm-job.ts";
import type { ViewWorld } from "./view-world.ts";

/** A board tells of a job this long after it was sent at the latest, milliseconds. */
const TOLD_MS = 60_000;

/** So many jobs that the board does not tell of are read by themselves in one call, and so many at a time. */
const REREAD_MAX = 16;
const AT_ONCE = 8;

/** A job that was read by itself is not read again for so long, milliseconds. */
const REREAD_MS = 15_000;

/**
 * All jobs of this user, as they are now: one request for all, none where all of them are over. Those that the board does
 * not tell of any more are read by themselves, once in a while.
 */
export async function loadJobs({
  source,
  user,
  now,
}: Pick<ViewWorld, "source" | "user" | "now">): Promise<SlurmJob[]> {
  const files = await source.files();
  const isOpen = (file: JobFile) => file.last?.final !== true;
  const views = async (all: readonly JobFile[], board?: Board) => {
    const told = new Map(board?.jobs.map((job) => [job.submission, job]));
    // Also of those that the board tells of, before Slurm has them.
    const without = all.filter((file) => {
      const partition = newest(file, told.get(file.submission))?.partition;
      return (partition ?? file.asked.partition) === undefined;
    });
    const usual = without.length > 0 && (await source.usualPartition(without.some(isOpen)));
    return jobViews(all, board, user, usual || undefined);
  };
  if (!files.some(isOpen)) return views(files);
  const board = await source.board();
  const told = new Set(board?.jobs.map(({ submission }) => submission));
  const seenAt = board ? Date.parse(board.time) : now().getTime();
  const untold = files.filter((file) => isOpen(file) && !told.has(file.submission));
  const isDue = ({ submittedAt, lastAt }: JobFile) =>
    seenAt - Date.parse(submittedAt) > TOLD_MS &&
    (lastAt === undefined || now().getTime() - Date.parse(lastAt) > REREAD_MS);
  const again = await mapBounded(untold.filter(isDue).slice(0, REREAD_MAX), AT_ONCE, (file) =>
    source.reread(file),
  );
  const bySubmission = new Map(again.map((file) => [file.submission, file]));
  return views(
    files.map((file) => bySubmission.get(file.submission) ?? file),
    board,
  );
}
