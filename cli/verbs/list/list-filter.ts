import type { ObjectStore } from "../../../bucket/object-store.ts";
import { STATES, type State } from "../../../protocol/state.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { checkPattern, checkPrefix } from "../../jobs/check-prefix.ts";
import type { FindOptions, FoundJob } from "../../jobs/find-jobs.ts";
import { globPattern, type NamePattern, namePattern } from "../../jobs/job-name.ts";
import { isStateOf } from "../../jobs/read-job.ts";
import { sinceBy } from "../../jobs/since.ts";
import { sweepNamed } from "../../sweep/again.ts";
import { rowName } from "../../sweep/row-table.ts";
import type { FlagsOf } from "../../verb.ts";
import type { listVerb } from "./description.ts";
import { ownerOf } from "./listed-job.ts";

type ListFlags = FlagsOf<typeof listVerb>;

/**
 * Which jobs the flags of `list` choose.
 *
 * @throws CloudSubmitError `usage`
 */
export async function listFilter(
  context: Pick<Context, "store" | "submitter" | "now">,
  pattern: string | undefined,
  flags: ListFlags,
): Promise<FindOptions> {
  const { store, submitter } = context;
  if (pattern !== undefined) checkPattern(pattern);
  return {
    ...(flags.sweep === undefined
      ? { names: namePattern(pattern) }
      : await jobsOfSweep(store, flags.sweep, namePattern(pattern))),
    state: stateOf(flags.state),
    since: flags.since === undefined ? undefined : sinceBy(flags.since, context.now()),
    now: () => bucketNow(context),
    limit: flags.limit,
    fits: fitsOf(flags, submitter),
  };
}

/** Whether a job fits, as far as only its objects tell; undefined: nothing is asked of them. */
function fitsOf(
  { mine, name, partition }: ListFlags,
  submitter: string,
): ((job: FoundJob) => boolean) | undefined {
  if (!mine && name === undefined && partition === undefined) return undefined;
  const fitsName = name === undefined ? () => true : globPattern(name);
  return (job) => {
    const { name: jobName = "", partition: partitions = "" } = job.record?.slurm ?? {};
    if (mine && userOf(ownerOf(job)) !== userOf(submitter)) return false;
    if (partition !== undefined && !partitions.split(",").includes(partition)) return false;
    return name === undefined || (jobName !== "" && fitsName(jobName));
  };
}

/** The user of user@host: on whatever host. */
function userOf(submitter: string | undefined): string | undefined {
  return submitter?.replace(/@[^@]*$/, "");
}

/** Which jobs are a sweep's, as far as they fit a pattern: by name, and by submission. */
async function jobsOfSweep(
  store: ObjectStore,
  name: string,
  { fits }: NamePattern,
): Promise<Pick<FindOptions, "names" | "isWanted">> {
  checkPrefix(name);
  const sweep = await sweepNamed(store, name);
  const jobs = new Map(
    sweep.rows.map((_, at) => [
      rowName(name, sweep, at + 1),
      sweep.kind === "array" ? sweep.submission : sweep.submissions[at],
    ]),
  );
  return {
    names: { start: name, fits: (job) => jobs.has(job) && fits(job) },
    isWanted: (job, status) => isStateOf(status, jobs.get(job)),
  };
}

function stateOf(text: string | undefined): State | undefined {
  if (text === undefined) return undefined;
  const state = STATES.find((one) => one === text.toUpperCase());
  if (state === undefined)
    throw new CommandError("usage", (say) =>
      say("problem.oneOf", {
        what: `--state ${JSON.stringify(text)}`,
        choices: STATES.join(", "),
      }),
    );
  return state;
}
