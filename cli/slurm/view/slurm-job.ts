import type { TimeLimit } from "./durations.ts";

/** A row as Slurm shows it: a job, one task of a job array, or those of its tasks that wait. One model for all commands. */
export interface SlurmJob {
  /** Slurm's number; of a task that of its array, because the cluster does not tell the task's own. */
  id: string;
  /** Of an array. */
  array?: {
    /** One task, or ids as ranges, such as `3,5-9`. */
    tasks: number | string;
    /** How many of them run at a time. */
    atOnce?: number;
  };
  prefix: string;
  name: string;
  user: string;
  uid: number;
  group: string;
  gid: number;
  account?: string | undefined;
  partition?: string | undefined;
  qos?: string | undefined;
  /** Slurm's word (states.ts). While results are on their way: COMPLETING. */
  state: string;
  /** The same without COMPLETING: how the job ended. */
  verdict: string;
  /** Slurm's word; `None` where there is none. */
  reason: string;
  priority?: number | undefined;
  nodes?: string | undefined;
  nodeCount: number;
  cpus: number;
  /** Least memory, as squeue shows it, such as `2G`. */
  memory?: string | undefined;
  timeLimit?: TimeLimit | undefined;
  submittedAt: Date;
  startedAt?: Date | undefined;
  endedAt?: Date | undefined;
  /** When all of it was over, results included; undefined: not yet. */
  overAt?: Date | undefined;
  exitCode: number;
  signal: number;
  restarts: number;
  /** Options for sbatch by their long names, as they were sent. */
  asked: ReadonlyMap<string, string>;
  /** As it is waited for. */
  dependency?: string | undefined;
  comment?: string | undefined;
  command: string;
  workDir: string;
  stdout: string;
  stderr: string;
  stdin: string;
  host: string;
  /** Why it did not run, or why its results are not here: one line. */
  error?: string | undefined;
  /** Its results could not come, and why; absent: they came, or are to come. */
  notFetched?: string;
}

/** `12`, `12_3` or `12_[4-9%2]`: the id as squeue and sacct show it, with the tasks as far as they are told. */
export function shownId({ id, array }: Pick<SlurmJob, "id" | "array">): string {
  if (!array) return id;
  return typeof array.tasks === "number" ? `${id}_${array.tasks}` : `${id}_[${shownTasks(array)}]`;
}

/** Characters of a list of tasks at most, as slurmctld sends it. */
const TASKS_MAX = 64;

/** The tasks of a row as Slurm writes them, such as `0-20:5%2`. Source: `xlate_array_task_str` in src/common/slurm_protocol_defs.c. */
export function shownTasks({ tasks, atOnce }: NonNullable<SlurmJob["array"]>): string {
  const text = String(tasks);
  const list =
    stepped(text) ?? (text.length > TASKS_MAX - 4 ? `${text.slice(0, TASKS_MAX - 4)}...` : text);
  return atOnce === undefined ? list : `${list}%${atOnce}`;
}

/** `0-20:5` for ids with the same distance, more than five of them and not each the next one. */
function stepped(list: string): string | undefined {
  if (!/^\d+(?:,\d+){5,}$/.test(list)) return undefined;
  const ids = list.split(",").map(Number);
  const [first = 0, second = 0] = ids;
  const last = ids.at(-1) ?? 0;
  const step = second - first;
  const isEven = ids.every((id, at) => id === first + at * step);
  return isEven && step > 1 && last - first > 10 ? `${first}-${last}:${step}` : undefined;
}

/** States that no job comes to without having run. */
const HAVE_RUN: ReadonlySet<string> = new Set([
  "COMPLETED",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
  "RUNNING",
  "SUSPENDED",
  "TIMEOUT",
]);

/** Whether a job runs or has run, also where nobody has told since when. */
export function hasRun({ startedAt, verdict, exitCode, signal }: SlurmJob): boolean {
  if (verdict === "PENDING") return false;
  return startedAt !== undefined || HAVE_RUN.has(verdict) || exitCode !== 0 || signal !== 0;
}

/** Seconds that a job has run, or ran. Source: `job_time_used` in src/squeue/print.c. */
export function secondsUsed(job: SlurmJob, now: Date): number {
  if (!job.startedAt || job.verdict === "PENDING") return 0;
  const end = job.endedAt ?? now;
  return Math.max(0, Math.floor(end.getTime() / 1000) - Math.floor(job.startedAt.getTime() / 1000));
}
