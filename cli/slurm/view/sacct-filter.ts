import { SlurmError, slurmError } from "../slurm-error.ts";
import { timeLimit } from "./durations.ts";
import { nodeNames } from "./node-names.ts";
import { lastValue, listOf, type ParsedOptions } from "./options.ts";
import type { SlurmJob } from "./slurm-job.ts";
import { parseSlurmTime, slurmTime } from "./slurm-time.ts";
import { stateOf } from "./states.ts";
import type { ViewWorld } from "./view-world.ts";

/** The time that is looked at, seconds; the end does not belong to it. Source: `slurmdb_job_cond_def_start_end`. */
interface Period {
  start: number;
  end: number;
}

/** States that Slurm's accounting does not have. Source: `_supported_state` in src/sacct/options.c. */
const NOT_ACCOUNTED: ReadonlySet<string> = new Set([
  "COMPLETING",
  "CONFIGURING",
  "REQUEUE_FED",
  "REQUEUE_HOLD",
  "RESV_DEL_HOLD",
  "SIGNALING",
  "SPECIAL_EXIT",
  "STAGE_OUT",
  "STOPPED",
]);

const inSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/**
 * Which jobs sacct shows, by its options, those of `--jobs` apart, and by the time now, which may be known only later.
 *
 * @param hasIds jobs were asked for by their ids
 * @returns also throws SlurmError, when the period that is meant then ends before it begins
 * @throws SlurmError when an option cannot be read
 */
export function sacctFilter(
  options: ParsedOptions,
  hasIds: boolean,
  { user, now }: Pick<ViewWorld, "user" | "now">,
): (now: Date) => (job: SlurmJob) => boolean {
  // Of options that stand several times, sacct takes all values.
  const all = (name: string) => listOf(options.values.get(name)?.join(","));
  const isIn = (words: readonly string[] | undefined, value: string | undefined) =>
    words === undefined || (value !== undefined && words.includes(value));
  const states = all("state")?.map(accounted);
  for (const name of ["starttime", "endtime"]) timeOf(options, name, now());
  const accounts = all("accounts");
  const names = all("name");
  const partitions = all("partition");
  const qos = all("qos");
  const groups = all("gid");
  const wckeys = all("wckeys");
  const constraints = all("constraints");
  const reasons = all("reason");
  const users = all("user")?.filter((word) => word !== "-1");
  const nodes = nodesOf(lastValue(options, "nodelist"));
  const cpus = range(lastValue(options, "ncpus"), "cpu");
  const nodeCount = range(lastValue(options, "nnodes"), "node");
  const least = minutes(lastValue(options, "timelimit-min"));
  const most = minutes(lastValue(options, "timelimit-max"));
  const isChosen = (job: SlurmJob) =>
    isIn(accounts, job.account) &&
    isIn(names, job.name) &&
    (partitions === undefined ||
      (job.partition ?? "").split(",").some((one) => partitions.includes(one))) &&
    isIn(qos, job.qos) &&
    (groups === undefined || groups.includes(job.group) || groups.includes(String(job.gid))) &&
    isIn(wckeys, job.asked.get("wckey")) &&
    isIn(constraints, job.asked.get("constraint")) &&
    isIn(reasons, job.reason) &&
    (users === undefined ||
      users.length === 0 ||
      users.includes(job.user) ||
      users.includes(String(user.uid))) &&
    nodes(job) &&
    cpus(job.cpus) &&
    nodeCount(job.nodeCount) &&
    isInLimits(job, least, most);
  return (present) => {
    const period = periodOf(options, states !== undefined, hasIds, present);
    const wasThen = (job: SlurmJob) =>
      states ? states.some((state) => wasInState(job, state, period)) : wasThere(job, period);
    return (job) => isChosen(job) && wasThen(job);
  };
}

function accounted(word: string): string {
  const state = stateOf(word);
  if (state === undefined)
    throw new SlurmError([`sacct: fatal: unrecognized job state value '${word}'`]);
  if (NOT_ACCOUNTED.has(state))
    throw new SlurmError([`sacct: fatal: job state ${state} is not supported / accounted`]);
  return state;
}

/** The time that an option gives, in seconds. */
function timeOf(options: ParsedOptions, name: string, now: Date): number | undefined {
  const text = lastValue(options, name);
  if (text === undefined) return undefined;
  const time = parseSlurmTime(text, now);
  if (!time) throw new SlurmError([`Invalid time specification (pos=0): ${text}`]);
  return inSeconds(time);
}

function periodOf(options: ParsedOptions, hasStates: boolean, hasIds: boolean, now: Date): Period {
  const askedStart = timeOf(options, "starttime", now);
  const askedEnd = timeOf(options, "endtime", now);
  const present = inSeconds(now);
  const midnight = inSeconds(new Date(now.getFullYear(), now.getMonth(), now.getDate()));
  const start = askedStart ?? (hasIds ? 0 : hasStates ? present : midnight);
  let end = askedEnd ?? (hasStates && start > 0 ? start : present);
  if (start > end)
    throw slurmError(
      "sacct",
      `Start time (${shown(start)}) requested is after end time (${shown(end)}).`,
    );
  if (end === start || end === present) end += 1;
  return { start, end };
}

function shown(seconds: number): string {
  return slurmTime(new Date(seconds * 1000));
}

/** Whether a job was eligible, and had not ended, in the period. */
function wasThere(job: SlurmJob, { start, end }: Period): boolean {
  const ended = job.endedAt ?? (job.overAt ? job.overAt : undefined);
  return inSeconds(job.submittedAt) < end && (!ended || inSeconds(ended) >= start);
}

/** The same for a state. Source: `_state_time_string` in src/plugins/accounting_storage/mysql/as_mysql_jobacct_process.c. */
function wasInState(job: SlurmJob, state: string, { start, end }: Period): boolean {
  const eligible = inSeconds(job.submittedAt);
  const began = job.startedAt && inSeconds(job.startedAt);
  const ended = job.endedAt ?? job.overAt;
  const until = ended && inSeconds(ended);
  if (state === "PENDING")
    return (
      eligible < end &&
      (began !== undefined
        ? start < began
        : until !== undefined
          ? start < until
          : job.state === state)
    );
  if (state === "RUNNING") {
    if (began === undefined || end <= began) return false;
    return (
      job.state === state || job.state === "COMPLETING" || (until !== undefined && start < until)
    );
  }
  return job.state === state && until !== undefined && until >= start && until <= end;
}

function nodesOf(text: string | undefined): (job: SlurmJob) => boolean {
  if (text === undefined) return () => true;
  const names = nodeNames(text);
  if (!names) throw slurmError("sacct", `Invalid node list: ${text}`);
  const wanted = new Set(names);
  return ({ nodes }) => (nodeNames(nodes ?? "") ?? []).some((name) => wanted.has(name));
}

/** `4` or `2-8`. */
function range(text: string | undefined, of: "node" | "cpu"): (value: number) => boolean {
  if (text === undefined) return () => true;
  const [, least, most] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (least === undefined) throw slurmError("sacct", `invalid ${of} range -i '${text}'`);
  return (value) => value >= Number(least) && value <= Number(most ?? least);
}

function minutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = timeLimit(text);
  if (limit === undefined || limit === 0)
    throw new SlurmError(["sacct: fatal: Invalid time limit specification"]);
  return limit === "UNLIMITED" ? Infinity : limit;
}

/** `--timelimit-max` says something beside `--timelimit-min` alone. */
function isInLimits(
  { timeLimit: limit }: SlurmJob,
  least: number | undefined,
  most: number | undefined,
): boolean {
  if (least === undefined) return true;
  const asked = limit === "UNLIMITED" ? Infinity : limit;
  return most === undefined
    ? asked === least
    : asked !== undefined && asked >= least && asked <= most;
}
