import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import { type FindOptions, type Found, findJobs, LOOK_MAX } from "../../jobs/find-jobs.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { listVerb } from "./description.ts";
import { listFilter } from "./list-filter.ts";
import { listTable } from "./list-table.ts";
import { listedJob, listOutput } from "./listed-job.ts";

/** `list [PATTERN]`: the newest jobs of the bucket. */
export async function list(
  context: Context,
  pattern: string | undefined,
  flags: FlagsOf<typeof listVerb>,
): Promise<void> {
  const { say, json } = context;
  const now = context.now();
  const { limit } = flags;
  const found = await findListed(context, pattern, await listFilter(context, pattern, flags, now));
  const jobs = found.jobs.map((job) => listedJob(job, now));
  if (json) for (const job of jobs) context.out(JSON.stringify(job));
  else if (jobs.length > 0) for (const line of listTable(context, jobs, now)) context.out(line);
  else context.err(say("list.none"));
  if (found.left > 0 && jobs.length < limit)
    context.err(say("list.lookedAt", { count: LOOK_MAX, left: found.left }));
  else if (found.left > 0) context.err(say("list.more", { left: found.left }));
  if (found.undated > 0) context.err(say("list.undated", { count: found.undated }));
}

/** Finds jobs; one who may not list the whole bucket is told how to list a part of it. */
export async function findListed(
  { store }: Pick<Context, "store">,
  pattern: string | undefined,
  filter: FindOptions,
): Promise<Found> {
  try {
    return await findJobs(store, filter);
  } catch (error) {
    if (!isDenied(error) || pattern !== undefined) throw error;
    throw new CommandError("aws", (told) => told("list.denied"), { cause: error });
  }
}

export const work: VerbWork<typeof listVerb> = {
  output: listOutput,
  run: async ({ jobs }, { pattern }, flags) => list(await jobs(), pattern, flags),
};
