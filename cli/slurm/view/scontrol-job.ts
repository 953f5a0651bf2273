import { printable } from "../../ui/printable.ts";
import { slurmDuration } from "./durations.ts";
import {
  exitPair,
  firstNode,
  memoryIn,
  niceOf,
  sharing,
  tres,
  tresPerNode,
  wasAsked,
} from "./known-fields.ts";
import { expandPattern } from "./patterns.ts";
import { type SlurmJob, secondsUsed, shownTasks } from "./slurm-job.ts";
import { slurmTime } from "./slurm-time.ts";

/**
 * A job as `scontrol show job` shows it, with an empty line after it; in one line with `--oneliner`.
 * Source: `slurm_sprint_job_info` in src/api/job_info.c, 24.05.
 */
export function jobText(
  shown: SlurmJob,
  now: Date,
  { isOneLine, hasDetails }: { isOneLine: boolean; hasDetails: boolean },
): string {
  const job = isOneLine ? withoutSpaces(shown) : shown;
  const lines = [
    ...identity(job),
    ...standing(job, now, hasDetails),
    ...times(job),
    ...resources(job),
    ...files(job),
  ].map(printable);
  // Slurm ends the last line as those before it, and then the job.
  return isOneLine
    ? `${lines.map((line) => line.trim()).join(" ")} \n`
    : `${lines.join("\n   ")}\n   \n\n`;
}

/** A job of which every value is one word: tools split the line at spaces, and want `NAME=VALUE` of each piece. */
function withoutSpaces(job: SlurmJob): SlurmJob {
  const oneWord = (text: string) => text.replace(/\s/gu, "_");
  const entries = Object.entries(job).map(([name, value]) => [
    name,
    typeof value === "string" ? oneWord(value) : value,
  ]);
  const asked = new Map([...job.asked].map(([name, value]) => [name, oneWord(value)]));
  return { ...(Object.fromEntries(entries) as SlurmJob), asked };
}

function identity(job: SlurmJob): string[] {
  const { array } = job;
  const tasks = array
    ? `ArrayJobId=${job.id} ArrayTaskId=${typeof array.tasks === "number" ? array.tasks : shownTasks(array)} ${
        array.atOnce === undefined ? "" : `ArrayTaskThrottle=${array.atOnce} `
      }`
    : "";
  return [
    `JobId=${job.id} ${tasks}JobName=${job.name}`,
    `UserId=${job.user}(${job.uid}) GroupId=${job.group}(${job.gid}) MCS_label=N/A`,
    `Priority=${job.priority ?? 0} Nice=${niceOf(job)} Account=${job.account ?? "(null)"} QOS=${job.qos ?? "(null)"}`,
  ];
}

function standing(job: SlurmJob, now: Date, hasDetails: boolean): string[] {
  const limit =
    job.timeLimit === undefined
      ? "Partition_Limit"
      : job.timeLimit === "UNLIMITED"
        ? "UNLIMITED"
        : slurmDuration(job.timeLimit * 60);
  const requeue = wasAsked(job, "no-requeue") ? 0 : 1;
  const reboot = wasAsked(job, "reboot") ? 1 : 0;
  return [
    `JobState=${job.state} Reason=${job.reason} Dependency=${job.dependency ?? "(null)"}`,
    `Requeue=${requeue} Restarts=${job.restarts} BatchFlag=1 Reboot=${reboot} ExitCode=${exitPair(job)}`,
    ...(hasDetails ? ["DerivedExitCode=0:0"] : []),
    `RunTime=${slurmDuration(secondsUsed(job, now))} TimeLimit=${limit} TimeMin=N/A`,
  ];
}

function times(job: SlurmJob): string[] {
  const time = (at: Date | undefined) => (at ? slurmTime(at) : "Unknown");
  const eligible =
    /Dependency|BeginTime/.test(job.reason) && job.verdict === "PENDING"
      ? undefined
      : job.submittedAt;
  const limit = typeof job.timeLimit === "number" && job.startedAt ? job.timeLimit : undefined;
  const end =
    job.endedAt ??
    (limit !== undefined && job.startedAt
      ? new Date(job.startedAt.getTime() + limit * 60_000)
      : undefined);
  return [
    `SubmitTime=${time(job.submittedAt)} EligibleTime=${time(eligible)}`,
    `AccrueTime=${time(eligible)}`,
    `StartTime=${time(job.startedAt)} EndTime=${time(end)} Deadline=${job.asked.get("deadline") ?? "N/A"}`,
    "SuspendTime=None SecsPreSuspend=0 LastSchedEval=Unknown Scheduler=Main",
  ];
}

function resources(job: SlurmJob): string[] {
  const { asked } = job;
  const null_ = (option: string) => asked.get(option) ?? "(null)";
  const most = /-(\d+)$/.exec(asked.get("nodes") ?? "")?.[1];
  const isPending = job.verdict === "PENDING";
  const host = firstNode(job.nodes);
  const star = (option: string) => asked.get(option) ?? "*";
  return [
    `Partition=${job.partition ?? "(null)"} AllocNode:Sid=${job.host}:0`,
    `ReqNodeList=${null_("nodelist")} ExcNodeList=${null_("exclude")}`,
    `NodeList=${job.nodes ?? ""}`,
    ...(host === undefined ? [] : [`BatchHost=${host}`]),
    `NumNodes=${job.nodeCount}${isPending && most !== undefined ? `-${most}` : ""} NumCPUs=${job.cpus} NumTasks=${asked.get("ntasks") ?? "1"} CPUs/Task=${asked.get("cpus-per-task") ?? "1"} ReqB:S:C:T=0:0:*:*`,
    `ReqTRES=${tres(job)}`,
    `AllocTRES=${isPending ? "(null)" : tres(job)}`,
    `Socks/Node=${star("sockets-per-node")} NtasksPerN:B:S:C=${asked.get("ntasks-per-node") ?? "0"}:0:${star("ntasks-per-socket")}:${star("ntasks-per-core")} CoreSpec=${star("core-spec")}`,
    `MinCPUsNode=${asked.get("mincpus") ?? asked.get("cpus-per-task") ?? "1"} MinMemory${asked.has("mem-per-cpu") ? "CPU" : "Node"}=${memoryIn(job.memory)} MinTmpDiskNode=${memoryIn(asked.get("tmp"))}`,
    `Features=${null_("constraint")} DelayBoot=00:00:00`,
    ...(asked.has("reservation") ? [`Reservation=${null_("reservation")}`] : []),
    `OverSubscribe=${sharing(job)} Contiguous=${wasAsked(job, "contiguous") ? 1 : 0} Licenses=${null_("licenses")} Network=${null_("network")}`,
  ];
}

function files(job: SlurmJob): string[] {
  const perNode = tresPerNode(job);
  const { asked } = job;
  return [
    `Command=${job.command}`,
    `WorkDir=${job.workDir}`,
    ...(job.error === undefined
      ? []
      : [`AdminComment=${job.error} `, `SystemComment=${job.error} `]),
    ...(job.comment === undefined ? [] : [`Comment=${job.comment} `]),
    `StdErr=${expandPattern(job.stderr, job)}`,
    `StdIn=${expandPattern(job.stdin, job)}`,
    `StdOut=${expandPattern(job.stdout, job)}`,
    ...(perNode === undefined ? [] : [`TresPerNode=${perNode}`]),
    ...(asked.has("mail-type")
      ? [`MailUser=${asked.get("mail-user") ?? job.user} MailType=${asked.get("mail-type")}`]
      : []),
  ];
}
