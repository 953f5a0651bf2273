import * as z from "zod";
import type { Outcome } from "../../protocol/outcome.ts";
import type { SlurmVerdict } from "../../protocol/record.ts";

/** One job, or one task of a job array, as scontrol shows it. */
export const slurmTaskSchema = z.object({
  /** Slurm's id of this task's own. */
  id: z.string(),
  state: z.string(),
  reason: z.string(),
  exitCode: z.int(),
  signal: z.int(),
  restarts: z.int(),
  nodes: z.string().optional(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  /** Job arrays: the id of the task, or of all that are pending yet, such as `3` or `4-9%2`. */
  arrayTask: z.string().optional(),
  /** How many tasks this one line stands for: the pending ones of an array share one. */
  count: z.int().positive(),
  /** Where stdout goes, and stderr when that is another file. */
  outputPaths: z.array(z.string()).optional(),
});
export type SlurmTask = z.infer<typeof slurmTaskSchema>;

/** States after which Slurm does nothing more with a job. Source: Slurm, squeue(1), "JOB STATE CODES". */
const OUTCOME_OF_STATE: Readonly<Record<string, Outcome>> = {
  COMPLETED: "completed",
  FAILED: "failed",
  CANCELLED: "cancelled",
  PREEMPTED: "cancelled",
  REVOKED: "cancelled",
  TIMEOUT: "timeout",
  DEADLINE: "timeout",
  OUT_OF_MEMORY: "out-of-memory",
  NODE_FAIL: "node-failure",
  BOOT_FAIL: "node-failure",
};

/** What a whole array is called, worst first, when its tasks ended differently. */
const WORST_FIRST: readonly Outcome[] = [
  "node-failure",
  "out-of-memory",
  "timeout",
  "failed",
  "cancelled",
  "completed",
];

/** Whether Slurm has done with the task; pending, running, completing and requeued ones it has not. */
export function isEnded(task: SlurmTask): boolean {
  return task.state in OUTCOME_OF_STATE;
}

/** The outcome of a job from its tasks, all of which have ended. */
export function outcomeOf(tasks: readonly SlurmTask[]): Outcome {
  const outcomes = new Set(tasks.map((task) => OUTCOME_OF_STATE[task.state] ?? "failed"));
  return WORST_FIRST.find((outcome) => outcomes.has(outcome)) ?? "lost";
}

/** Slurm's verdict on a job from its tasks, all of which have ended; the worst task speaks for an array. */
export function verdictOf(
  jobId: string,
  tasks: readonly SlurmTask[],
  taskCount = tasks.length,
): SlurmVerdict {
  const outcome = outcomeOf(tasks);
  const worst = tasks.find((task) => (OUTCOME_OF_STATE[task.state] ?? "failed") === outcome);
  const total = Math.max(taskCount, tasks.length);
  const bad = tasks.filter((task) => task.state !== "COMPLETED").length;
  return {
    jobId,
    ...(worst && {
      state: worst.state,
      exitCode: worst.exitCode,
      signal: worst.signal,
      restarts: Math.max(...tasks.map((task) => task.restarts)),
      ...(worst.reason !== "None" && { reason: worst.reason }),
      ...(worst.nodes !== undefined && { nodes: worst.nodes }),
      ...earliest("startedAt", tasks),
      ...latest("endedAt", tasks),
    }),
    ...(total > 1 && { tasks: { total, completed: total - bad } }),
  };
}

function earliest(field: "startedAt", tasks: readonly SlurmTask[]) {
  const [first] = tasks.flatMap((task) => task[field] ?? []).toSorted();
  return first === undefined ? {} : { [field]: first };
}

function latest(field: "endedAt", tasks: readonly SlurmTask[]) {
  const last = tasks
    .flatMap((task) => task[field] ?? [])
    .toSorted()
    .at(-1);
  return last === undefined ? {} : { [field]: last };
}

/**
 * Reads `scontrol show job --oneliner`: one line for each task. Job names and paths may hold anything,
 * so the fields are found by the run of neighbours they always stand in.
 */
export function parseScontrolJobs(text: string): SlurmTask[] {
  return text.split("\n").flatMap((line): SlurmTask[] => {
    const main =
      /(?:^| )JobState=([A-Z_]+) Reason=(.*?) Dependency=\S* .*?Restarts=(\d+) .*?ExitCode=(\d+):(\d+) /.exec(
        line,
      );
    if (!main) return [];
    const [, state = "", reason = "", restarts, exitCode, signal] = main;
    const id = /^JobId=(\d+) /.exec(line)?.[1] ?? "";
    const taskIds = /^JobId=\d+ ArrayJobId=\d+ ArrayTaskId=(\S+) /.exec(line)?.[1];
    const after = line.slice(main.index + main[0].length);
    const nodes = / NodeList=(\S+) /.exec(after)?.[1];
    const startedAt = isoTime(/ StartTime=(\S+) /.exec(after)?.[1]);
    const endedAt = isoTime(/ EndTime=(\S+) /.exec(after)?.[1]);
    return [
      {
        id,
        state,
        reason,
        count: taskIds === undefined ? 1 : countTaskIds(taskIds),
        ...(taskIds !== undefined && { arrayTask: taskIds }),
        exitCode: Number(exitCode),
        signal: Number(signal),
        restarts: Number(restarts),
        ...(nodes !== undefined && nodes !== "(null)" && { nodes }),
        ...(startedAt !== undefined && { startedAt }),
        ...(endedAt !== undefined && { endedAt }),
        ...outputPathsOf(after),
      },
    ];
  });
}

/** Paths may hold spaces: what is between one known field and the next. */
function outputPathsOf(text: string): { outputPaths?: string[] } {
  const found = / StdErr=(.*?) StdIn=.*? StdOut=(.*?)(?: Power=.*)?\s*$/.exec(text);
  return found ? { outputPaths: [...new Set([found[2] ?? "", found[1] ?? ""])] } : {};
}

/** How many ids a list such as `1-4`, `1,3,5-7%2` or `0-10:5` names. */
export function countTaskIds(list: string): number {
  const counts = list
    .replace(/%\d+$/, "")
    .split(",")
    .map((part) => {
      const [, first, last, step] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? [];
      if (first === undefined) return 0;
      return Math.floor((Number(last ?? first) - Number(first)) / Number(step ?? 1)) + 1;
    });
  return Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
}

/** scontrol prints local time without a zone, or `Unknown`. */
function isoTime(text: string | undefined): string | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
