import { SlurmError, slurmError } from "../slurm-error.ts";
import { nodeNames } from "./node-names.ts";
import { lastValue, listOf, type ParsedOptions } from "./options.ts";
import type { SlurmJob } from "./slurm-job.ts";
import { ALL_STATES, hasEnded, stateOf } from "./states.ts";
import type { ViewWorld } from "./view-world.ts";

/** So long squeue and scontrol show a job that is over, seconds. Source: slurm.conf(5), MinJobAge. */
const MIN_JOB_AGE_SECONDS = 300;

/** The jobs that slurmctld would still know of. */
export function stillKnown(jobs: readonly SlurmJob[], now: Date): SlurmJob[] {
  return jobs.filter(
    ({ overAt, state }) =>
      !overAt || !hasEnded(state) || now.getTime() - overAt.getTime() <= MIN_JOB_AGE_SECONDS * 1000,
  );
}

/**
 * Which jobs squeue shows, by its options and environment.
 *
 * @throws SlurmError when one of them cannot be read
 */
export function squeueFilter(
  options: ParsedOptions,
  { env, user }: ViewWorld,
): (job: SlurmJob) => boolean {
  const list = (name: string, variable: string) =>
    listOf(lastValue(options, name) ?? env[variable]);
  const isOneOf = (words: readonly string[] | undefined, value: string | undefined) =>
    words === undefined ||
    (value !== undefined && words.some((word) => word.toLowerCase() === value.toLowerCase()));
  const accounts = list("accounts", "SQUEUE_ACCOUNT");
  const names = list("name", "SQUEUE_NAMES");
  const partitions = list("partitions", "SQUEUE_PARTITION");
  const qos = list("qos", "SQUEUE_QOS");
  const licenses = list("licenses", "SQUEUE_LICENSES");
  const reservation = lastValue(options, "reservation");
  const isWantedState = stateFilter(
    lastValue(options, "states") ??
      env["SQUEUE_STATES"] ??
      (options.values.has("start") ? "PD" : undefined),
  );
  const nodes = nodeFilter(lastValue(options, "nodelist"));
  const users = userFilter(options, env["SQUEUE_USERS"], user);
  return (job) =>
    isOneOf(accounts, job.account) &&
    isOneOf(names, job.name) &&
    (partitions === undefined ||
      (job.partition ?? "").split(",").some((one) => partitions.includes(one))) &&
    isOneOf(qos, job.qos) &&
    (licenses === undefined ||
      (job.asked.get("licenses") ?? "")
        .split(",")
        .some((one) => licenses.includes(one.replace(/:.*/, "")))) &&
    (reservation === undefined || job.asked.get("reservation") === reservation) &&
    isWantedState(job) &&
    nodes(job) &&
    users(job);
}

function stateFilter(text: string | undefined): (job: SlurmJob) => boolean {
  if (text === undefined) return ({ state }) => !hasEnded(state);
  if (text.toLowerCase() === "all") return () => true;
  const wanted = (listOf(text) ?? []).map((word) => {
    const state = stateOf(word);
    if (state === undefined)
      throw new SlurmError([
        `squeue: error: Invalid job state specified: ${word}`,
        `squeue: error: Valid job states include: ${ALL_STATES.join(",")}`,
      ]);
    return state;
  });
  return ({ state }) => wanted.includes(state);
}

function nodeFilter(text: string | undefined): (job: SlurmJob) => boolean {
  if (text === undefined) return () => true;
  const names = nodeNames(text);
  if (!names) throw slurmError("squeue", `'${text}' invalid entry for --nodelist`);
  const wanted = new Set(names);
  return ({ nodes }) => (nodeNames(nodes ?? "") ?? []).some((name) => wanted.has(name));
}

/** Of `--me`, `--user` and `--notme`. Other users have no jobs here. */
function userFilter(
  options: ParsedOptions,
  byEnvironment: string | undefined,
  user: ViewWorld["user"],
): (job: SlurmJob) => boolean {
  const text = options.values.has("me")
    ? String(user.uid)
    : (lastValue(options, "user") ?? byEnvironment);
  const users = listOf(text);
  const isNotMe = options.values.has("notme");
  return (job) =>
    !(isNotMe && job.uid === user.uid) &&
    (users === undefined || users.includes(job.user) || users.includes(String(job.uid)));
}
