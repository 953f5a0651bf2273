import { longDuration, squeueDuration } from "./durations.ts";
import { field, type JobField } from "./field-makers.ts";
import {
  askedOrNone,
  exitPair,
  firstNode,
  memoryIn,
  niceOf,
  sharing,
  timeOrNone,
  tres,
  wasAsked,
} from "./known-fields.ts";
import { expandPattern } from "./patterns.ts";
import { cutTo } from "./printed.ts";
import { type SlurmJob, secondsUsed, shownId, shownTasks } from "./slurm-job.ts";
import { OTHER_SQUEUE_FIELDS } from "./squeue-other-fields.ts";
import { compactState } from "./states.ts";

/** How the rows of one call are shown. */
export interface SqueueStyle {
  now: Date;
  /** Sizes as they are. */
  noConvert: boolean;
  /** `%j` and the like in paths are replaced. */
  expandsPatterns: boolean;
  /** Ids are not cut at 31 characters: as with SLURM_BITSTR_LEN or `--array`. */
  hasLongIds: boolean;
}

/** Longest id that squeue shows, bytes. Source: FORMAT_STRING_SIZE in src/squeue/print.h. */
const ID_MAX = 31;

/** States in which the reason stands in place of the nodes. Source: `_print_job_reason_list` in src/squeue/print.c. */
const WITH_REASON: ReadonlySet<string> = new Set([
  "PENDING",
  "STAGE_OUT",
  "TIMEOUT",
  "OUT_OF_MEMORY",
  "DEADLINE",
  "FAILED",
]);

/** All fields of squeue. Source: `fmt_data_job` in src/squeue/opts.c, 24.05. */
export function squeueFields(style: SqueueStyle): readonly JobField[] {
  const { now } = style;
  const show = style.noConvert ? ("none" as const) : undefined;
  const path = (job: SlurmJob, text: string) =>
    style.expandsPatterns ? expandPattern(text, job) : text;
  const limit = (job: SlurmJob, minutes: (limit: number) => number): string => {
    if (job.timeLimit === "UNLIMITED") return "UNLIMITED";
    return job.timeLimit === undefined ? "NOT_SET" : longDuration(minutes(job.timeLimit));
  };
  const reason = (job: SlurmJob) => job.reason;
  const nodes = (job: SlurmJob) => job.nodes ?? "";
  const whole = { isWhole: true };
  return [
    field("Account", "a", "ACCOUNT", (job) => job.account ?? null),
    field("AccrueTime", "", "ACCRUE_TIME", (job) => timeOrNone(job.submittedAt)),
    field("admin_comment", "", "ADMIN_COMMENT", (job) => job.error ?? null),
    field("AllocNodes", "", "ALLOC_NODES", (job) => job.host),
    field("ArrayJobId", "F", "ARRAY_JOB_ID", (job) => job.id),
    field("ArrayTaskId", "K", "ARRAY_TASK_ID", (job) =>
      job.array ? shownTasks(job.array) : "N/A",
    ),
    field("BatchHost", "B", "EXEC_HOST", (job) => firstNode(job.nodes) ?? "n/a"),
    field("Command", "o", "COMMAND", (job) => job.command),
    field("Comment", "k", "COMMENT", (job) => job.comment ?? null),
    field("Contiguous", "O", "CONTIGUOUS", (job) => (wasAsked(job, "contiguous") ? "1" : "0")),
    field("Cores", "I", "CORES_PER_SOCKET", (job) => job.asked.get("cores-per-socket") ?? "*"),
    field("CoreSpec", "X", "CORE_SPEC", (job) => askedOrNone(job, "core-spec")),
    field("Dependency", "E", "DEPENDENCY", (job) => job.dependency ?? null),
    field("EligibleTime", "", "ELIGIBLE_TIME", (job) => timeOrNone(job.submittedAt)),
    field("EndTime", "e", "END_TIME", (job) => endTime(job)),
    field("ExcNodes", "x", "EXC_NODES", (job) => job.asked.get("exclude") ?? "", whole),
    field("exit_code", "", "EXIT_CODE", exitPair),
    field("GroupId", "G", "GROUP", (job) => String(job.gid)),
    field("GroupName", "g", "GROUP", (job) => job.group),
    field(
      "JobArrayId",
      "i",
      "JOBID",
      (job) => (style.hasLongIds ? shownId(job) : cutTo(shownId(job), ID_MAX)),
      {
        isWhole: false,
      },
    ),
    field("JobId", "A", "JOBID", (job) => job.id),
    field("MaxCPUs", "", "MAX_CPUS", (job) => String(job.cpus)),
    field(
      "MaxNodes",
      "",
      "MAX_NODES",
      (job) => /-(\d+)$/.exec(job.asked.get("nodes") ?? "")?.[1] ?? String(job.nodeCount),
    ),
    field(
      "MinCPUs",
      "c",
      "MIN_CPUS",
      (job) => job.asked.get("mincpus") ?? job.asked.get("cpus-per-task") ?? "1",
    ),
    field("MinMemory", "m", "MIN_MEMORY", (job) => memoryIn(job.memory, show)),
    field("MinTmpDisk", "d", "MIN_TMP_DISK", (job) => memoryIn(job.asked.get("tmp"), show)),
    field("Name", "j", "NAME", (job) => job.name),
    field("Nice", "y", "NICE", niceOf),
    field("NodeList", "N", "NODELIST", nodes, whole),
    field("NumCPUs", "C", "CPUS", (job) => String(job.cpus)),
    field("NumNodes", "D", "NODES", (job) => String(job.nodeCount)),
    field("NumTasks", "", "TASKS", (job) => job.asked.get("ntasks") ?? "1"),
    field("OverSubscribe", "h", "OVER_SUBSCRIBE", sharing),
    field("Partition", "P", "PARTITION", (job) => job.partition ?? null),
    field("PendingTime", "", "PENDING_TIME", (job) =>
      String(
        Math.max(
          0,
          Math.floor(
            (Math.min(job.startedAt?.getTime() ?? Infinity, now.getTime()) -
              job.submittedAt.getTime()) /
              1000,
          ),
        ),
      ),
    ),
    field("Priority", "p", "PRIORITY", (job) => ((job.priority ?? 0) / 0xffff_ffff).toFixed(14)),
    field("PriorityLong", "Q", "PRIORITY", (job) => String(job.priority ?? 0)),
    field("Profile", "", "PROFILE", (job) => job.asked.get("profile") ?? "NotSet"),
    field("QOS", "q", "QOS", (job) => job.qos ?? null),
    field("Reason", "r", "REASON", reason),
    field(
      "ReasonList",
      "R",
      "NODELIST(REASON)",
      (job) => (hasReason(job) ? `(${job.reason})` : (job.nodes ?? "")),
      {
        hasWholeHeader: true,
      },
    ),
    field("Reboot", "", "REBOOT", (job) => (wasAsked(job, "reboot") ? "1" : "0")),
    field("ReqNodes", "n", "REQ_NODES", (job) => job.asked.get("nodelist") ?? "", whole),
    field("Requeue", "", "REQUEUE", (job) => (wasAsked(job, "no-requeue") ? "0" : "1")),
    field("RestartCnt", "", "RESTART_COUNT", (job) => String(job.restarts)),
    field("SchedNodes", "Y", "SCHEDNODES", () => null, whole),
    field("SCT", "z", "S:C:T", (job) => job.asked.get("extra-node-info") ?? "*:*:*"),
    field("Shared", "h", "OVER_SUBSCRIBE", sharing),
    field("Sockets", "H", "SOCKETS_PER_NODE", (job) => job.asked.get("sockets-per-node") ?? "*"),
    field("StartTime", "S", "START_TIME", (job) => timeOrNone(job.startedAt)),
    field("State", "T", "STATE", (job) => job.state),
    field("StateCompact", "t", "ST", (job) => compactState(job.state)),
    field("StdErr", "", "STDERR", (job) => path(job, job.stderr)),
    field("StdIn", "", "STDIN", (job) => path(job, job.stdin)),
    field("StdOut", "", "STDOUT", (job) => path(job, job.stdout)),
    field("SubmitTime", "V", "SUBMIT_TIME", (job) => timeOrNone(job.submittedAt)),
    field("system_comment", "", "SYSTEM_COMMENT", (job) => job.error ?? null),
    field("Threads", "J", "THREADS_PER_CORE", (job) => job.asked.get("threads-per-core") ?? "*"),
    field("TimeLeft", "L", "TIME_LEFT", (job) => leftOf(job, now)),
    field("TimeLimit", "l", "TIME_LIMIT", (job) => limit(job, (minutes) => minutes * 60)),
    field("TimeUsed", "M", "TIME", (job) => squeueDuration(secondsUsed(job, now))),
    field("Tres", "", "TRES_ALLOC", (job) => tres(job, show)),
    field("tres-alloc", "", "TRES_ALLOC", (job) => tres(job, show)),
    field("UserId", "U", "UID", (job) => String(job.uid)),
    field("UserName", "u", "USER", (job) => job.user),
    field("WorkDir", "Z", "WORK_DIR", (job) => job.workDir),
    ...OTHER_SQUEUE_FIELDS,
  ];
}

/** Whether the reason stands in place of the nodes. */
function hasReason(job: SlurmJob): boolean {
  return WITH_REASON.has(job.state);
}

/** When it ended, or will end by its limit. */
function endTime(job: SlurmJob): string {
  if (job.endedAt || !job.startedAt) return timeOrNone(job.endedAt);
  if (job.timeLimit === "UNLIMITED") return "NONE";
  return timeOrNone(
    job.timeLimit === undefined ? undefined : limitAt(job.startedAt, job.timeLimit),
  );
}

function limitAt(start: Date, minutes: number): Date {
  return new Date(start.getTime() + minutes * 60_000);
}

function leftOf(job: SlurmJob, now: Date): string {
  if (job.timeLimit === "UNLIMITED") return "UNLIMITED";
  if (job.timeLimit === undefined) return "NOT_SET";
  return squeueDuration(job.timeLimit * 60 - secondsUsed(job, now));
}
