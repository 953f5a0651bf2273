import type { Outcome } from "../../protocol/outcome.ts";
import type { SlurmVerdict } from "../../protocol/record.ts";

/** One job, or one task of a job array, as scontrol shows it. */
export interface SlurmTask {
  state: string;
  reason: string;
  exitCode: number;
  signal: number;
  restarts: number;
  nodes?: string;
  startedAt?: string;
  endedAt?: string;
}

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
export function verdictOf(jobId: string, tasks: readonly SlurmTask[]): SlurmVerdict {
  const outcome = outcomeOf(tasks);
  const worst = tasks.find((task) => (OUTCOME_OF_STATE[task.state] ?? "failed") === outcome);
  const completed = tasks.filter((task) => task.state === "COMPLETED").length;
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
    ...(tasks.length > 1 && { tasks: { total: tasks.length, completed } }),
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
    const after = line.slice(main.index + main[0].length);
    const nodes = / NodeList=(\S+) /.exec(after)?.[1];
    const startedAt = isoTime(/ StartTime=(\S+) /.exec(after)?.[1]);
    const endedAt = isoTime(/ EndTime=(\S+) /.exec(after)?.[1]);
    return [
      {
        state,
        reason,
        exitCode: Number(exitCode),
        signal: Number(signal),
        restarts: Number(restarts),
        ...(nodes !== undefined && nodes !== "(null)" && { nodes }),
        ...(startedAt !== undefined && { startedAt }),
        ...(endedAt !== undefined && { endedAt }),
      },
    ];
  });
}

/** scontrol prints local time without a zone, or `Unknown`. */
function isoTime(text: string | undefined): string | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
