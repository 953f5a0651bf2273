import { hasRun, type SlurmJob } from "./slurm-job.ts";
import { SLURM_VERSION } from "./slurm-version.ts";
import { hasEnded } from "./states.ts";
import { megabytes } from "./units.ts";
import type { ViewWorld } from "./view-world.ts";

const seconds = (at: Date | undefined) => (at ? Math.floor(at.getTime() / 1000) : 0);

/** A number as Slurm's openapi has those that may be missing. */
const number = (value: number | undefined, isInfinite = false) => ({
  set: value !== undefined,
  infinite: isInfinite,
  number: value ?? 0,
});

/** A number of seconds since the epoch, the same. */
const timeOf = (at: Date | undefined) => number(seconds(at));

/**
 * The main fields of jobs, with the names that `squeue --json` and `sacct --json` have in data_parser v0.0.41.
 * Source: openapi of Slurm 24.05.
 */
export function jobsJson(
  jobs: readonly SlurmJob[],
  command: "squeue" | "sacct",
  args: readonly string[],
  { user, now }: Pick<ViewWorld, "user" | "now">,
): string {
  const [major = "", minor = "", micro = ""] = SLURM_VERSION.replace("slurm ", "").split(".");
  const body = {
    jobs: jobs.map((job) => (command === "squeue" ? queued(job) : accounted(job, now()))),
    ...(command === "squeue" && { last_backfill: timeOf(undefined), last_update: timeOf(now()) }),
    meta: {
      plugin: { type: "", name: "", data_parser: "data_parser/v0.0.41", accounting_storage: "" },
      client: { source: "", user: user.name, group: user.group },
      command: [command, ...args],
      slurm: {
        version: { major, micro, minor },
        release: SLURM_VERSION.replace("slurm ", ""),
        cluster: "",
      },
    },
    errors: [],
    warnings: [],
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

/** State words as Slurm lists them: the state itself, and what is beside it. */
function states(job: SlurmJob): string[] {
  return job.state === job.verdict ? [job.state] : [job.verdict, job.state];
}

function exitOf({ exitCode, signal }: SlurmJob) {
  return {
    status: [signal > 0 ? "SIGNALED" : exitCode === 0 ? "SUCCESS" : "ERROR"],
    return_code: number(signal > 0 ? 0 : exitCode),
    signal: { id: number(signal), name: "" },
  };
}

function common(job: SlurmJob) {
  return {
    account: job.account ?? "",
    name: job.name,
    nodes: job.nodes ?? "",
    partition: job.partition ?? "",
    qos: job.qos ?? "",
    exit_code: exitOf(job),
  };
}

function limitOf({ timeLimit }: SlurmJob) {
  return timeLimit === "UNLIMITED" ? number(0, true) : number(timeLimit);
}

function arrayOf({ id, array }: SlurmJob) {
  const task = typeof array?.tasks === "number" ? array.tasks : undefined;
  return { job: array ? Number(id) : 0, task: number(task) };
}

function queued(job: SlurmJob) {
  const { job: arrayJob, task } = arrayOf(job);
  const memory = job.memory === undefined ? undefined : megabytes(job.memory);
  return {
    ...common(job),
    array_job_id: number(arrayJob),
    array_task_id: task,
    batch_flag: true,
    command: job.command,
    comment: job.comment ?? "",
    cpus: number(job.cpus),
    current_working_directory: job.workDir,
    dependency: job.dependency ?? "",
    end_time: timeOf(job.endedAt),
    group_id: job.gid,
    group_name: job.group,
    job_id: Number(job.id),
    job_state: states(job),
    memory_per_node: number(memory),
    node_count: number(job.nodeCount),
    priority: number(job.priority ?? 0),
    restart_cnt: job.restarts,
    standard_error: job.stderr,
    standard_input: job.stdin,
    standard_output: job.stdout,
    start_time: timeOf(job.startedAt),
    state_reason: job.reason,
    submit_time: timeOf(job.submittedAt),
    system_comment: job.error ?? "",
    time_limit: limitOf(job),
    user_id: job.uid,
    user_name: job.user,
  };
}

function accounted(job: SlurmJob, now: Date) {
  const { job: arrayJob, task } = arrayOf(job);
  const end = job.endedAt ?? (hasEnded(job.state) ? job.startedAt : now);
  return {
    ...common(job),
    allocation_nodes: hasRun(job) ? job.nodeCount : 0,
    array: { job_id: arrayJob, task_id: task, task: "" },
    comment: { administrator: job.error ?? "", job: job.comment ?? "", system: job.error ?? "" },
    group: job.group,
    job_id: Number(job.id),
    priority: number(job.priority ?? 0),
    required: { CPUs: job.cpus },
    restart_cnt: job.restarts,
    state: { current: states(job), reason: job.reason },
    stderr: job.stderr,
    stdin: job.stdin,
    stdout: job.stdout,
    time: {
      elapsed: job.startedAt ? Math.max(0, seconds(end) - seconds(job.startedAt)) : 0,
      eligible: seconds(job.submittedAt),
      end: seconds(job.endedAt),
      limit: limitOf(job),
      start: seconds(job.startedAt),
      submission: seconds(job.submittedAt),
    },
    steps: [],
    user: job.user,
    working_directory: job.workDir,
  };
}
