import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import type { BoardJob } from "../../../protocol/board.ts";
import type { JobFile } from "../job-file.ts";
import { jobViews } from "./job-view.ts";
import type { SlurmJob } from "./slurm-job.ts";
import type { ViewClocks, ViewWorld } from "./view-world.ts";

/** A board tells of a job this long after it was sent at the latest, milliseconds. */
const TOLD_MS = 60_000;

/** So many jobs that the board does not tell of are read by themselves in one call, and so many at a time. */
const REREAD_MAX = 16;
const AT_ONCE = 8;

/** A job that was read by itself is not read again for so long, milliseconds. */
const REREAD_MS = 15_000;

/** Clocks closer than this are the same: S3 tells whole seconds, and an answer takes some time. Milliseconds. */
const SAME_MS = 5_000;

/** All jobs of this user, as they are now, in rows as Slurm has them, with the cloud's times. */
export async function loadJobs({
  source,
  user,
  ...clocks
}: Pick<ViewWorld, "source" | "user"> & ViewClocks): Promise<SlurmJob[]> {
  const files = await latestJobs({ source, ...clocks });
  // Also of those that the board tells of, before Slurm has them.
  const without = files.filter(
    ({ last, asked }) => (last?.partition ?? asked.partition) === undefined,
  );
  const usual = without.length > 0 && (await source.usualPartition(without.some(isOpen)));
  const ahead = aheadMs(clocks);
  const shown = ahead === 0 ? files : files.map((file) => inCloudTime(file, ahead));
  return jobViews(shown, user, usual || undefined);
}

/**
 * The files of all jobs of this user, with the last word about each: one request for all, none where all of them are over.
 * Those that the board does not tell of any more are read by themselves, once in a while.
 */
export async function latestJobs({
  source,
  ...clocks
}: Pick<ViewWorld, "source"> & ViewClocks): Promise<readonly JobFile[]> {
  const files = await source.files();
  if (!files.some(isOpen)) return files;
  const board = await source.board();
  const told = new Map(board?.jobs.map((job) => [job.submission, job]));
  // All by this machine's clock.
  const now = clocks.ownNow().getTime();
  const seenAt = board ? Date.parse(board.time) - aheadMs(clocks) : now;
  const untold = files.filter((file) => isOpen(file) && !told.has(file.submission));
  const isDue = ({ submittedAt, lastAt }: JobFile) =>
    seenAt - Date.parse(submittedAt) > TOLD_MS &&
    (lastAt === undefined || now - Date.parse(lastAt) > REREAD_MS);
  const again = await mapBounded(untold.filter(isDue).slice(0, REREAD_MAX), AT_ONCE, (file) =>
    source.reread(file),
  );
  const bySubmission = new Map(again.map((file) => [file.submission, file]));
  return files.map((file) => {
    const { submission } = file;
    const read = bySubmission.get(submission) ?? file;
    const last = newest(read, told.get(submission));
    return last ? { ...read, last } : read;
  });
}

/** Milliseconds that the cloud's clock is ahead of this machine's; 0: they are the same. */
function aheadMs({ now, ownNow }: ViewClocks): number {
  const ahead = now().getTime() - ownNow().getTime();
  return Math.abs(ahead) < SAME_MS ? 0 : ahead;
}

/** A file with times as the cloud's clock would have told them: they stand beside those that the cloud tells. */
function inCloudTime(file: JobFile, ahead: number): JobFile {
  const moved = (time: string) => new Date(Date.parse(time) + ahead).toISOString();
  const { submittedAt, resultsAt, lastAt } = file;
  return {
    ...file,
    submittedAt: moved(submittedAt),
    ...(resultsAt !== undefined && { resultsAt: moved(resultsAt) }),
    ...(lastAt !== undefined && { lastAt: moved(lastAt) }),
  };
}

/** The last word about a job: once it is final it stays so. */
function newest({ last }: JobFile, told: BoardJob | undefined): BoardJob | undefined {
  return last?.final === true ? last : (told ?? last);
}

function isOpen({ last }: JobFile): boolean {
  return last?.final !== true;
}
