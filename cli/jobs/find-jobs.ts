import { eachBounded, mapBounded } from "../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../bucket/job-objects/list-prefixes.ts";
import type { ReadStore } from "../../bucket/job-objects/read-object.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import { AFTER_METADATA } from "../../protocol/after.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import { type NamePattern, timeOfPrefix } from "./job-name.ts";
import { recordOf } from "./read-job.ts";

/** Objects read at a time. */
const AT_ONCE = 32;

/** Names without a time are read to learn it as long as there are so few of them. */
const READ_FOR_TIME_MAX = 500;

/** With a filter that only the objects can tell, so many jobs are looked at, newest first. */
export const LOOK_MAX = 1000;

export interface FindOptions {
  names: NamePattern;
  state: State | undefined;
  /** From the time now, the instant from which on jobs are wanted. */
  since: ((now: Date) => Date) | undefined;
  /** The time now by S3's clock, once it has answered. */
  now: () => Date;
  limit: number;
  /** Whether a state is of a run that is wanted. */
  isWanted?: ((prefix: string, status: StatusObject) => boolean) | undefined;
  /** Whether a job is wanted, by its record, too. */
  fits?: ((job: FoundJob) => boolean) | undefined;
}

/** A job of the list. */
export interface FoundJob {
  prefix: string;
  status: StatusObject;
  record: JobRecord | undefined;
}

/** Jobs found, and counts of those left out. */
export interface Found {
  jobs: FoundJob[];
  /** Jobs that were not looked at. */
  left: number;
  /** Names that carry no time and were too many to be read: they are sorted by name, after the others. */
  undated: number;
}

/**
 * The newest jobs: one listing of folders, then only what is shown is read. See docs/decisions/012-list.md.
 */
export async function findJobs(store: ReadStore, options: FindOptions): Promise<Found> {
  const known = new Map<string, StatusObject | undefined>();
  const { ordered, undated, since } = await newestFirst(store, options, known);
  const found: FoundJob[] = [];
  const isFiltered = options.state !== undefined || options.fits !== undefined;
  const max = !isFiltered ? ordered.length : Math.min(ordered.length, LOOK_MAX);
  let looked = 0;
  while (looked < max && found.length < options.limit) {
    const wanted = isFiltered ? AT_ONCE : options.limit - found.length;
    const batch = ordered.slice(looked, Math.min(max, looked + wanted));
    looked += batch.length;
    const jobs = await mapBounded(batch, AT_ONCE, (prefix) =>
      look(store, prefix, known, { ...options, since }),
    );
    found.push(...jobs.flatMap((job) => job ?? []));
  }
  return { jobs: found.slice(0, options.limit), left: ordered.length - looked, undated };
}

/** Names in the order in which they are shown, as far as names and a bounded number of objects tell. */
async function newestFirst(
  store: ReadStore,
  options: FindOptions,
  known: Map<string, StatusObject | undefined>,
): Promise<{ ordered: string[]; undated: number; since: Date | undefined }> {
  const { names } = options;
  const dated: { prefix: string; at: number }[] = [];
  const without: string[] = [];
  for await (const prefix of listPrefixes(store, names.start)) {
    if (prefix.startsWith(".") || !names.fits(prefix)) continue;
    const at = timeOfPrefix(prefix)?.getTime();
    if (at === undefined) without.push(prefix);
    else dated.push({ prefix, at });
  }
  const canRead = without.length <= READ_FOR_TIME_MAX;
  if (canRead)
    await eachBounded(without, AT_ONCE, async (prefix) => {
      const status = await readStatus(store, prefix);
      known.set(prefix, status);
      if (status) dated.push({ prefix, at: status.lastModified?.getTime() ?? 0 });
    });
  dated.sort((a, b) => b.at - a.at || (a.prefix < b.prefix ? 1 : -1));
  // S3 has told its time with the listing.
  const since = options.since?.(options.now());
  const recent = since === undefined ? dated : dated.filter(({ at }) => at >= since.getTime());
  const ordered = recent.map(({ prefix }) => prefix);
  // job0010 after job0009: counters are newest last.
  const byName = new Intl.Collator("en", { numeric: true });
  const rest = canRead ? [] : without.toSorted((a, b) => byName.compare(b, a));
  return { ordered: [...ordered, ...rest], undated: rest.length, since };
}

async function look(
  store: ReadStore,
  prefix: string,
  known: ReadonlyMap<string, StatusObject | undefined>,
  { state, since, isWanted, fits }: Omit<FindOptions, "since"> & { since: Date | undefined },
): Promise<FoundJob | undefined> {
  const status = known.has(prefix) ? known.get(prefix) : await readStatus(store, prefix);
  // A folder without a status object is no job, or one that is being uploaded.
  if (!status) return undefined;
  if (state !== undefined && status.state !== state) return undefined;
  if (isWanted?.(prefix, status) === false) return undefined;
  if (since && status.lastModified && status.lastModified < since) return undefined;
  const hasRecord =
    status.state !== undefined &&
    (FINAL_STATES.has(status.state) ||
      status.state === "JOB_SUBMIT" ||
      status.state === "JOB_CANCEL" ||
      // It may wait for others.
      status.metadata[AFTER_METADATA] !== undefined);
  const record = hasRecord ? await recordOf(store, prefix, status) : undefined;
  const job = { prefix, status, record };
  return fits?.(job) === false ? undefined : job;
}
