import type { BoardJob, BoardTasks } from "../../../protocol/board.ts";
import { formatTaskIds, parseTaskIds } from "../../../protocol/task-ids.ts";
import type { JobFile } from "../job-file.ts";
import { RESULTS_NOT_FETCHED } from "../standing.ts";
import { askedOptions } from "./asked-options.ts";
import { type TimeLimit, timeLimit } from "./durations.ts";
import { reasonOf } from "./reasons.ts";
import type { SlurmJob } from "./slurm-job.ts";
import { hasEnded, isWaiting } from "./states.ts";
import type { ViewUser } from "./view-world.ts";

/** So many tasks of one array are shown at most; Slurm's own MaxArraySize is 1001 unless it is set. */
const TASKS_MAX = 4_000_001;

/** The state of a job whose results could not come, where Slurm itself says COMPLETED, and the reason. */
const NOT_FETCHED = { state: "FAILED", reason: RESULTS_NOT_FETCHED };

/** States of Slurm for how a submission ended, where Slurm did not say one. */
const ENDED_AS: Readonly<Record<string, string>> = {
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
  timeout: "TIMEOUT",
  "out-of-memory": "OUT_OF_MEMORY",
  "node-failure": "NODE_FAIL",
};

/**
 * The rows of all jobs, by what is known of them. Tasks of an array that wait are one row, those that do not are a row each.
 *
 * @param usual the partition of jobs of which none is told yet, and that asked for none
 */
export function jobViews(files: readonly JobFile[], user: ViewUser, usual?: string): SlurmJob[] {
  return files.flatMap((file) => rowsOf(file, file.last, user, usual));
}

function rowsOf(
  file: JobFile,
  job: BoardJob | undefined,
  user: ViewUser,
  usual: string | undefined,
): SlurmJob[] {
  const whole = wholeJob(file, job, user, usual);
  const atOnce = Number(/%(\d{1,7})$/.exec(file.asked.array ?? "")?.[1]) || undefined;
  const inArray = (tasks: number | string) => ({ tasks, ...(atOnce !== undefined && { atOnce }) });
  if (job?.tasks === undefined || job.tasks.length === 0) {
    const ids =
      file.asked.array === undefined ? undefined : parseTaskIds(file.asked.array, TASKS_MAX);
    if (!ids) return [whole];
    const tasks = formatTaskIds(ids);
    return isWaiting(whole.state)
      ? [{ ...whole, array: inArray(tasks) }]
      : [...ids].toSorted((a, b) => a - b).map((task) => ({ ...whole, array: { tasks: task } }));
  }
  const rows = job.tasks.map((some) => ({
    ids: some.ids,
    row: { ...whole, ...standingOf(file, { ...some, final: job.final, outcome: job.outcome }) },
  }));
  const waiting = rows.filter(({ row }) => isWaiting(row.state));
  const others = rows.filter(({ row }) => !isWaiting(row.state));
  return [
    ...oneWaiting(waiting).map(({ ids, row }) => ({ ...row, array: inArray(ids) })),
    ...others.flatMap(({ ids, row }) =>
      [...(parseTaskIds(ids, TASKS_MAX) ?? [])].map((task) => ({ ...row, array: { tasks: task } })),
    ),
  ];
}

/** Tasks that wait are one row with the reasons of all. Source: `_combine_pending_array_tasks` in src/squeue/print.c. */
function oneWaiting(rows: readonly { ids: string; row: SlurmJob }[]) {
  const [first] = rows;
  if (!first) return [];
  const ids = rows.flatMap((one) => [...(parseTaskIds(one.ids, TASKS_MAX) ?? [])]);
  const reason = [...new Set(rows.map((one) => one.row.reason))].join(",");
  return [{ ids: formatTaskIds(ids), row: { ...first.row, reason } }];
}

function wholeJob(
  file: JobFile,
  job: BoardJob | undefined,
  user: ViewUser,
  usual: string | undefined,
): SlurmJob {
  const { asked } = file;
  const options = askedOptions(asked.options);
  return {
    id: file.id,
    prefix: file.prefix,
    name: job?.name ?? asked.name,
    user: asked.user,
    uid: user.uid,
    group: user.group,
    gid: user.gid,
    account: job?.account ?? options.get("account"),
    partition: job?.partition ?? asked.partition ?? usual,
    qos: job?.qos ?? options.get("qos"),
    priority: job?.priority,
    nodeCount: job?.nodeCount ?? numberIn(options.get("nodes"), 1),
    cpus:
      job?.cpus ?? numberIn(options.get("ntasks"), 1) * numberIn(options.get("cpus-per-task"), 1),
    memory: job?.memory,
    timeLimit: timeLimit(job?.timeLimit ?? "") ?? askedLimit(options.get("time")),
    submittedAt: new Date(job?.submittedAt ?? file.submittedAt),
    restarts: job?.restarts ?? 0,
    asked: options,
    dependency: asked.dependency,
    comment: asked.comment,
    command: asked.command,
    workDir: asked.workDir,
    stdout: asked.stdout,
    stderr: asked.stderr ?? asked.stdout,
    stdin: asked.stdin ?? "/dev/null",
    host: user.host,
    ...standingOf(file, job ?? { state: "PENDING", final: false }),
    overAt: overAt(file),
    error: file.resultsError ?? job?.error,
    ...(file.results === "failed" && { notFetched: file.resultsError ?? "" }),
  };
}

/** `--time=0` asks for no limit. Source: sbatch(1). */
function askedLimit(text: string | undefined): TimeLimit | undefined {
  const limit = timeLimit(text ?? "");
  return limit === 0 ? "UNLIMITED" : limit;
}

type Standing = Omit<BoardTasks, "ids"> & Pick<BoardJob, "final" | "outcome">;

/** State, reason and times of a job or of some tasks. */
function standingOf(file: JobFile, job: Standing) {
  const isOver = job.final || hasEnded(job.state);
  let verdict = job.state;
  if (job.final && !hasEnded(verdict)) verdict = ENDED_AS[job.outcome ?? "failed"] ?? "FAILED";
  let reason = reasonOf(verdict, job);
  if (isOver && file.results === "failed" && verdict === "COMPLETED")
    ({ state: verdict, reason } = NOT_FETCHED);
  const isHeldByUs = /^JobHeld(?:User|Admin)$/.test(reason) && !isHeld(file);
  if (isHeldByUs) reason = file.asked.dependency === undefined ? "None" : "Dependency";
  return {
    verdict,
    state: isOver && file.results === "waiting" ? "COMPLETING" : verdict,
    reason,
    nodes: job.nodes,
    startedAt: job.startedAt === undefined ? undefined : new Date(job.startedAt),
    endedAt: job.endedAt === undefined ? undefined : new Date(job.endedAt),
    exitCode: job.exitCode ?? 0,
    signal: job.signal ?? 0,
  };
}

function overAt({ results, resultsAt, lastAt, submittedAt }: JobFile): Date | undefined {
  return results === "waiting" ? undefined : new Date(resultsAt ?? lastAt ?? submittedAt);
}

/** Whether the user asked for it: every job is held while its files are on their way. */
function isHeld({ asked }: JobFile): boolean {
  return askedOptions(asked.options).has("hold");
}

function numberIn(text: string | undefined, otherwise: number): number {
  return Number(/^\d{1,9}/.exec(text ?? "")?.[0] ?? otherwise);
}
