import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import { writeRecord } from "../../bucket/job-objects/record.ts";
import { messageOf } from "../../protocol/error.ts";
import { reason } from "../../protocol/reason.ts";
import { type Note, OUTPUT_LIST_MAX } from "../../protocol/record.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import { recordOf } from "../jobs/report.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import {
  type ArrayAccount,
  accountOf,
  arrayVerdict,
  hasNews,
  newAccount,
} from "../slurm/array-account.ts";
import { currentVerdict, isTold, namesOf } from "../slurm/current.ts";
import { exitOfHook, isAgain, outcomeOfHook } from "../slurm/hook-end.ts";
import { isEnded, outcomeOfState, type SlurmTask } from "../slurm/job-state.ts";
import { taskOutputs } from "../slurm/task-outputs.ts";
import { verdictOf } from "../slurm/verdict.ts";
import { nodeReasonOf } from "./node-reason.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";
import { isToCancelAgain, isToReleaseAgain } from "./told-again.ts";

/** Looks at a job that is on its way out: slurmctld keeps it in COMPLETING until its hooks return. */
const LOOK: BackOff = { firstMs: 25, maxMs: 1600 };
const LOOKS = 8;

/** running → ended, once Slurm has ended every task; a requeued job has not ended. */
export const awaitEnd: Step = async (entry, ports) => {
  const jobId = entry.slurm?.jobId ?? "";
  const owner = ownerOf(entry, ports);
  if (entry.cancelRequested && !entry.cancelSent) {
    await ports.slurm.cancel(jobId, owner);
    return { cancelSent: true, cancelSentAt: ports.now().toISOString(), state: "JOB_CANCEL" };
  }
  for (let looks = 0; looks < LOOKS; looks++) {
    if (looks > 0) await ports.sleep(backOff(LOOK, looks - 1));
    const lookedAt = ports.now();
    const { tasks, otherJobs } = await ports.slurm.look(jobId, owner, entry.jobName);
    const jobName = nameAtStart(entry, tasks);
    ports.live.see(entry, tasks);
    const array = await accountFor(entry, tasks, lookedAt, ports);
    if (tasks.every(isEnded)) {
      const end = tasks.length > 0 || array ? ended(entry, tasks, array) : forgotten(entry, jobId);
      const notes = notesAtEnd(entry, otherJobs);
      return {
        phase: "ended",
        ...end,
        ...(notes && { notes }),
        // Its board tells of each task.
        array: entry.board === undefined ? undefined : array,
        times: { ...entry.times, ended: ports.now().toISOString() },
      };
    }
    // Called again, it begins with that.
    if (isToCancelAgain(entry, tasks, lookedAt)) return { cancelSent: undefined };
    if (isToReleaseAgain(entry, tasks, lookedAt)) return { open: "release" };
    const isLast = looks === LOOKS - 1;
    if (isLast || !tasks.some((task) => task.state === "COMPLETING")) {
      const known = {
        ...remember(entry, tasks, array),
        ...(jobName !== entry.jobName && { jobName }),
        ...(entry.hookExit !== undefined &&
          tasks.some(isAgain) && {
            hookExit: undefined,
            hookState: undefined,
            hookRestarts: undefined,
          }),
      };
      return tellCurrent(entry, tasks, Object.keys(known).length > 0 ? known : undefined, ports);
    }
  }
  return undefined;
};

/** The job's name, as long as nothing of it has begun: Slurm names output files at the start. */
function nameAtStart(entry: JobEntry, tasks: readonly SlurmTask[]): string | undefined {
  const [first] = tasks;
  const hasBegun =
    tasks.some(({ state }) => state !== "PENDING") ||
    (entry.slurm?.startedAt ?? entry.array?.startedAt) !== undefined;
  return first && !hasBegun ? first.name : entry.jobName;
}

/** Account of an array's tasks after this look; undefined for a job that is no array. */
async function accountFor(
  entry: JobEntry,
  tasks: readonly SlurmTask[],
  at: Date,
  { slurm }: StepPorts,
): Promise<ArrayAccount | undefined> {
  const isArray = entry.array !== undefined || tasks.some((task) => task.arrayTask !== undefined);
  if (!isArray) return undefined;
  return accountOf(
    entry.array ?? newAccount({ tasks: "", waiting: "" }, at),
    tasks,
    at,
    await slurm.forgetsAfterMs(),
  );
}

function ended(
  entry: JobEntry,
  tasks: readonly SlurmTask[],
  array: ArrayAccount | undefined,
): StepResult {
  const { outcome, slurm } = verdictOf(entry.slurm?.jobId ?? "", tasks, array);
  const lost = array && arrayVerdict(array).tasks.outcomes?.lost;
  return {
    outcome,
    slurm: { ...namesOf(entry.slurm), ...slurm },
    ...(lost !== undefined && {
      error: {
        code: "lost" as const,
        message: `Slurm no longer knows ${lost} of the tasks: how they ended is not known`,
      },
    }),
    outputPaths: tasks.flatMap((task) => task.outputPaths ?? []),
    taskOutputs: mergedOutputs(entry, tasks),
  };
}

/** Result for a job that Slurm has forgotten: it keeps ended jobs for MinJobAge only. */
function forgotten(entry: JobEntry, jobId: string): StepResult {
  const exit = entry.hookExit === undefined ? undefined : exitOfHook(entry.hookExit);
  const { hookState: state } = entry;
  const byHook = exit && outcomeOfHook(exit, entry.cancelRequested);
  const outcome = state === undefined ? byHook : outcomeOfState(state);
  if (exit && outcome !== "lost") {
    const told = { ...namesOf(entry.slurm), ...(state !== undefined && { state }) };
    return { outcome, slurm: { jobId, ...told, ...exit } };
  }
  const message = exit
    ? `Slurm no longer knows job ${jobId}: it ended with 0:0, as one that was cancelled does, too`
    : `Slurm no longer knows job ${jobId}: how it ended is not known`;
  // Where it was when it was last seen is not how it ended.
  const { state: _, reason: __, nodeReason: ___, ...slurm } = entry.slurm ?? { jobId };
  return { outcome: "lost", slurm: { ...slurm, jobId }, error: { code: "lost", message } };
}

/** Notes jobs that were submitted from the job's folder: they are not awaited. */
function notesAtEnd(entry: JobEntry, ids: readonly string[]): Note[] | undefined {
  if (ids.length === 0) return undefined;
  return [...(entry.notes ?? []), reason("jobs-of-its-own", { ids: ids.join(",") })];
}

/** Jobs that are so short, in milliseconds, are not worth a record in between. */
export const YOUNG_MS = 5_000;

/** Keeps what the record says of Slurm up to date, so that submitters can see why a job waits. */
async function tellCurrent(
  entry: JobEntry,
  tasks: readonly SlurmTask[],
  known: StepResult | undefined,
  ports: StepPorts,
): Promise<StepResult | undefined> {
  const nodeReason = await nodeReasonOf(entry, tasks, ports);
  const slurm = {
    ...currentVerdict(entry.slurm?.jobId ?? "", tasks),
    ...(nodeReason !== undefined && { nodeReason }),
  };
  const { state, reason = "None", restarts = 0 } = slurm;
  if (state === undefined) return known;
  const isSame =
    isTold(entry.slurm, { state, reason }) &&
    restarts === (entry.slurm?.restarts ?? 0) &&
    nodeReason === entry.slurm?.nodeReason;
  if (isSame) return known;
  const age = ports.now().getTime() - Date.parse(entry.times.submitted ?? "");
  if (entry.slurm?.state === undefined && age < YOUNG_MS) return known;
  try {
    await writeRecord(ports.store, recordOf({ ...entry, slurm }, "JOB_SUBMIT"));
  } catch (error) {
    // The next look is another chance; the end of the job must not wait for it.
    const { prefix } = entry;
    ports.log("warn", "the record is left for later", { prefix, error: messageOf(error) });
    return known;
  }
  return { ...known, slurm };
}

/** Notes what Slurm may have forgotten by the time the last task of an array ends. */
function remember(
  entry: JobEntry,
  tasks: readonly SlurmTask[],
  array: ArrayAccount | undefined,
): StepResult | undefined {
  if (!array) return undefined;
  const outputs = mergedOutputs(entry, tasks);
  const isSame = outputs?.length === entry.taskOutputs?.length;
  if (isSame && entry.array && !hasNews(entry.array, array)) {
    // In memory is enough: it says since when what waits has been seen to wait.
    entry.array = array;
    return undefined;
  }
  return { array, ...(outputs && { taskOutputs: outputs }) };
}

/** The output files of an array's tasks that have begun; undefined for a job that is no array. */
function mergedOutputs(entry: JobEntry, tasks: readonly SlurmTask[]): JobEntry["taskOutputs"] {
  const known = entry.taskOutputs ?? [];
  const ids = new Set(known.map(({ task }) => task));
  const news = taskOutputs(tasks).flatMap(({ task, paths }) =>
    task === undefined || ids.has(task) ? [] : [{ task, paths }],
  );
  const all = [...known, ...news].slice(0, OUTPUT_LIST_MAX);
  return all.length === 0 ? undefined : all;
}
