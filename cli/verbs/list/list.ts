import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { LOOK_MAX } from "../../jobs/find-jobs.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { listVerb } from "./description.ts";
import { findListed } from "./find-listed.ts";
import { followList } from "./follow-list.ts";
import { listFilter } from "./list-filter.ts";
import { listTable } from "./list-table.ts";
import { listedJob, listOutput } from "./listed-job.ts";

/** `list [PATTERN]`: the newest jobs of the bucket; with `follow` until it is interrupted. */
export async function list(
  context: Context,
  pattern: string | undefined,
  flags: FlagsOf<typeof listVerb>,
): Promise<void> {
  const { say, json } = context;
  const { limit, follow, untilEnded } = flags;
  if (untilEnded && !follow)
    throw new CommandError("usage", (told) =>
      told("problem.onlyWith", { flag: "--until-ended", other: "--follow" }),
    );
  const filter = await listFilter(context, pattern, flags);
  if (follow) return followList(context, pattern, filter, untilEnded ?? false);
  const found = await findListed(context, pattern, filter);
  const now = bucketNow(context);
  const jobs = found.jobs.map((job) => listedJob(job, now));
  if (json) for (const job of jobs) context.out(JSON.stringify(job));
  else if (jobs.length > 0) for (const line of listTable(context, jobs, now)) context.out(line);
  else context.err(say("list.none"));
  if (found.left > 0 && jobs.length < limit)
    context.err(say("list.lookedAt", { count: LOOK_MAX, left: found.left }));
  else if (found.left > 0) context.err(say("list.more", { left: found.left }));
  if (found.undated > 0) context.err(say("list.undated", { count: found.undated }));
}

export const work: VerbWork<typeof listVerb> = {
  output: listOutput,
  run: async ({ jobs }, { pattern }, flags) => list(await jobs(), pattern, flags),
};
