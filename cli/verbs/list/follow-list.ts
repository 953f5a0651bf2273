import { type BackOff, backOff } from "../../../bucket/flow/back-off.ts";
import type { Context } from "../../context.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import type { FindOptions } from "../../jobs/find-jobs.ts";
import { tableLines } from "../../ui/table.ts";
import { findListed } from "./find-listed.ts";
import { KeptReads } from "./kept-reads.ts";
import { listRow, listTable } from "./list-table.ts";
import { type ListedJob, listedJob } from "./listed-job.ts";

const LOOKS: BackOff = { firstMs: 2_000, maxMs: 30_000, factor: 1.5 };

/** Looks come no oftener than this for each job that has not ended: one is a request each. Milliseconds. */
const PER_ACTIVE_MS = 50;

/**
 * `list --follow`: looks again and again, less and less often while nothing changes. On a terminal it is one table that is
 * written over; elsewhere a line for each job at first, and for each change then. See docs/decisions/063-list-follow.md.
 *
 * @param untilEnded returns when all jobs shown have ended; else it never does
 * @throws what does not pass by itself
 */
export async function followList(
  context: Context,
  pattern: string | undefined,
  filter: FindOptions,
  untilEnded: boolean,
): Promise<void> {
  const { patience, sleep } = context;
  const store = new KeptReads(context.store, () => context.now().getTime());
  const seen = new Map<string, string>();
  for (let quiet = 0; ; quiet++) {
    const found = await patience.look(() => findListed({ store }, pattern, filter));
    if (!found) {
      await sleep(patience.pauseMs);
      continue;
    }
    const now = bucketNow(context);
    const jobs = found.seen.jobs.map((job) => listedJob(job, now));
    const changed = jobs.filter((job) => isNew(seen, job));
    if (changed.length > 0) quiet = 0;
    show(context, jobs, changed, now);
    const active = jobs.filter(({ outcome }) => outcome === null).length;
    if (untilEnded && active === 0) {
      if (jobs.length === 0 && !context.redraw) context.err(context.say("list.none"));
      return;
    }
    await sleep(Math.max(backOff(LOOKS, quiet), active * PER_ACTIVE_MS));
  }
}

/** Whether a job is another one than when it was seen last, but for its age; notes that it was seen. */
function isNew(seen: Map<string, string>, job: ListedJob): boolean {
  const text = JSON.stringify({ ...job, seconds: null });
  if (seen.get(job.prefix) === text) return false;
  seen.set(job.prefix, text);
  return true;
}

function show(
  context: Context,
  jobs: readonly ListedJob[],
  changed: readonly ListedJob[],
  now: Date,
): void {
  const { json, say, redraw } = context;
  if (json) for (const job of changed) context.out(JSON.stringify(job));
  else if (redraw) redraw(jobs.length > 0 ? listTable(context, jobs, now) : [say("list.none")]);
  else {
    const rows = changed.map((job) => listRow(say, job, now));
    for (const line of tableLines([], rows, { columns: undefined })) context.out(line);
  }
}
