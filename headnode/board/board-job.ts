import { type BoardJob, boardJobSchema, type Standing } from "../../protocol/board.ts";
import { whyNotOpened } from "../../protocol/not-opened.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { ArrayAccount } from "../slurm/array-account.ts";
import { currentOf } from "../slurm/current.ts";
import type { JobDetails } from "../slurm/job-details.ts";
import { isEnded, type SlurmTask } from "../slurm/job-state.ts";
import { tasksAtEnd, tasksOf } from "./array-tasks.ts";
import { isEndedPhase, standingAtEnd, standingOf } from "./standing.ts";

/** The last look at Slurm, as far as it showed a job. */
export interface Seen {
  tasks: readonly SlurmTask[];
  details: JobDetails | undefined;
  /** Of a job array: its account after that look. */
  array: ArrayAccount | undefined;
}

const ERROR_MAX = 1000;

/**
 * A submission as a board tells of it.
 *
 * @param seen undefined: Slurm was not looked at since the agent's start
 * @param before what was told last
 */
export function boardJobOf(
  entry: JobEntry,
  seen: Seen | undefined,
  before: BoardJob | undefined,
): BoardJob {
  const { submission, slurm, outcome } = entry;
  const error = errorOf(entry);
  const tasks = arrayTasks(entry, seen, before);
  const shown = (seen?.tasks ?? []).map(({ restarts }) => restarts);
  const job: BoardJob = {
    ...detailsOf(entry, seen, before),
    submission,
    ...(slurm && { slurmJobId: slurm.jobId }),
    ...currentStanding(entry, seen, before),
    restarts: Math.max(0, slurm?.restarts ?? 0, before?.restarts ?? 0, ...shown),
    ...(tasks && { tasks }),
    final: entry.phase === "done",
    ...(outcome !== undefined && { outcome }),
    ...(error !== undefined && { error }),
  };
  // In one order of fields, whoever has written them. A field of Slurm's that no board can hold is left out.
  return (
    boardJobSchema.safeParse(job).data ?? {
      submission,
      state: job.state,
      final: job.final,
      ...(error !== undefined && { error }),
    }
  );
}

function detailsOf(
  { jobName, times }: JobEntry,
  seen: Seen | undefined,
  before: BoardJob | undefined,
): JobDetails {
  const submittedAt = times.submitted ?? times.requested;
  if (seen?.details) return { ...(submittedAt !== undefined && { submittedAt }), ...seen.details };
  const { name = jobName, user, partition, account, qos, memory, timeLimit } = before ?? {};
  const { priority, nodeCount, cpus } = before ?? {};
  const known = { user, partition, account, qos, priority, nodeCount, cpus, memory, timeLimit };
  const all = { name, ...known, submittedAt: before?.submittedAt ?? submittedAt };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function currentStanding(
  entry: JobEntry,
  seen: Seen | undefined,
  before: BoardJob | undefined,
): Standing {
  if (isEndedPhase(entry.phase)) return standingAtEnd(entry);
  if (entry.slurm === undefined) {
    const waits = entry.phase === "waiting";
    return { state: "PENDING", ...(waits && { reason: "Dependency" }) };
  }
  const tasks = seen?.tasks ?? [];
  const one = currentOf(tasks.filter((task) => !isEnded(task))) ?? tasks[0];
  if (one) return standingOf(one);
  if (!before) return { state: "PENDING" };
  const { state, reason, nodes, startedAt } = before;
  return {
    state,
    ...(reason !== undefined && { reason }),
    ...(nodes !== undefined && { nodes }),
    ...(startedAt !== undefined && { startedAt }),
  };
}

function arrayTasks(
  { phase, slurm, array }: JobEntry,
  seen: Seen | undefined,
  before: BoardJob | undefined,
): BoardJob["tasks"] {
  if (isEndedPhase(phase)) {
    if (array) return tasksOf(array, [], before?.tasks);
    const last = seen?.array ? tasksOf(seen.array, seen.tasks, before?.tasks) : before?.tasks;
    return slurm?.tasks ? tasksAtEnd(last ?? [], slurm.tasks) : before?.tasks;
  }
  const account = seen?.array ?? array;
  return account && tasksOf(account, seen?.tasks ?? [], before?.tasks);
}

/** Why it did not run, or which results did not come back, in one line. */
function errorOf({ error, notes, stageOut }: JobEntry): string | undefined {
  const why = error?.message ?? whyNotOpened(notes);
  if (why !== undefined) return line(why);
  if (!stageOut || stageOut.skippedCount === 0) return undefined;
  const [first] = stageOut.skipped;
  const such = first ? `, such as ${JSON.stringify(first.path)}: ${first.reason}` : "";
  return line(`${stageOut.skippedCount} of its results did not come back${such}`);
}

function line(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, ERROR_MAX);
}
