import { messageOf } from "../../protocol/error.ts";
import { OUTPUT_LIST_MAX } from "../../protocol/record.ts";
import { jobComment } from "../../protocol/submission.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { recordOf } from "../report.ts";
import { currentVerdict, isTold } from "../slurm/current.ts";
import { isEnded, outcomeOf, type SlurmTask, verdictOf } from "../slurm/job-state.ts";
import { taskOutputs } from "../slurm/task-outputs.ts";
import { workFolder } from "../work-folder.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";

/** Looks at a job that is on its way out: slurmctld keeps it in COMPLETING until its hooks return. */
const LOOKS_MS = [0, 20, 50, 100, 200, 400, 800, 1600];

/** running → ended, once Slurm has ended every task; a requeued job has not ended. */
export const awaitEnd: Step = async (entry, ports) => {
  const jobId = entry.slurm?.jobId ?? "";
  if (entry.cancelRequested && !entry.cancelSent) {
    await ports.slurm.cancel(jobId);
    return { cancelSent: true, state: "JOB_CANCEL" };
  }
  for (const ms of LOOKS_MS) {
    await ports.sleep(ms);
    const tasks = await ports.slurm.tasks(jobId, {
      comment: jobComment(entry.prefix, entry.submission),
      workDir: workFolder(ports, entry).path,
    });
    ports.live.see(entry, tasks);
    const times = { ...entry.times, ended: ports.now().toISOString() };
    if (tasks.length === 0) return { phase: "ended", times, ...forgotten(entry, jobId) };
    if (tasks.every(isEnded)) {
      const all = [...tasks, ...forgottenTasks(entry, tasks)];
      return {
        phase: "ended",
        outcome: outcomeOf(all),
        slurm: verdictOf(jobId, all, entry.taskCount),
        outputPaths: tasks.flatMap((task) => task.outputPaths ?? []),
        taskOutputs: mergedOutputs(entry, tasks),
        times,
      };
    }
    if (!tasks.some((task) => task.state === "COMPLETING"))
      return tellCurrent(entry, tasks, remember(entry, tasks), ports);
  }
  return undefined;
};

/** Jobs that are so short, in milliseconds, are not worth a record in between. */
export const YOUNG_MS = 5_000;

/** Keeps what the record says of Slurm up to date, so that submitters can see why a job waits. */
async function tellCurrent(
  entry: JobEntry,
  tasks: readonly SlurmTask[],
  known: StepResult | undefined,
  ports: StepPorts,
): Promise<StepResult | undefined> {
  const slurm = currentVerdict(entry.slurm?.jobId ?? "", tasks);
  const { state, reason = "None", restarts = 0 } = slurm;
  if (state === undefined) return known;
  if (isTold(entry.slurm, { state, reason }) && restarts === (entry.slurm?.restarts ?? 0))
    return known;
  const age = ports.now().getTime() - Date.parse(entry.times.submitted ?? "");
  if (entry.slurm?.state === undefined && age < YOUNG_MS) return known;
  try {
    await ports.objects.writeRecord(recordOf({ ...entry, slurm }, "JOB_SUBMIT"));
  } catch (error) {
    // The next look is another chance; the end of the job must not wait for it.
    const { prefix } = entry;
    ports.log("warn", "the record is left for later", { prefix, error: messageOf(error) });
    return known;
  }
  return { ...known, slurm };
}

/** What is known of a job that Slurm has forgotten: it keeps ended jobs for MinJobAge only. */
function forgotten(entry: JobEntry, jobId: string): StepResult {
  const known = entry.endedTasks ?? [];
  if (known.length > 0)
    return { outcome: outcomeOf(known), slurm: verdictOf(jobId, known, entry.taskCount) };
  const [exitCode, signal] = (entry.hookExit ?? "").split(":").map(Number);
  if (exitCode !== undefined && signal !== undefined)
    return {
      outcome: exitCode === 0 && signal === 0 ? "completed" : "failed",
      slurm: { jobId, exitCode, signal },
    };
  const message = `Slurm knows job ${jobId} no more: how it ended is not known`;
  // Where it was when it was last seen is not how it ended.
  const { state: _, reason: __, ...slurm } = entry.slurm ?? { jobId };
  return { outcome: "lost", slurm: { ...slurm, jobId }, error: { code: "lost", message } };
}

/** Tasks that ended other than well and that Slurm does not show any more. */
function forgottenTasks(entry: JobEntry, shown: readonly SlurmTask[]): SlurmTask[] {
  const ids = new Set(shown.map((task) => task.id));
  return (entry.endedTasks ?? []).filter((task) => !ids.has(task.id));
}

/** Notes what Slurm may have forgotten by the time the last task of an array ends. */
function remember(entry: JobEntry, tasks: readonly SlurmTask[]): StepResult | undefined {
  const shown = tasks.reduce((sum, task) => sum + task.count, 0);
  const known = new Set(entry.endedTasks?.map((task) => task.id));
  const news = tasks.filter(
    (task) => isEnded(task) && task.state !== "COMPLETED" && !known.has(task.id),
  );
  const taskCount = Math.max(shown, entry.taskCount ?? 0);
  const outputs = mergedOutputs(entry, tasks);
  const same = outputs?.length === entry.taskOutputs?.length;
  if (same && news.length === 0 && (taskCount === (entry.taskCount ?? 1) || taskCount === 1))
    return undefined;
  return {
    endedTasks: [...(entry.endedTasks ?? []), ...news],
    taskCount,
    ...(outputs && { taskOutputs: outputs }),
  };
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
