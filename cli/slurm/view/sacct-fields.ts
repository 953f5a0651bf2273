import { slurmDuration } from "./durations.ts";
import { exitPair, memoryIn, tres } from "./known-fields.ts";
import { expandPattern } from "./patterns.ts";
import type { FieldKind, PrintField } from "./print-fields.ts";
import { NEVER_KNOWN } from "./sacct-other-fields.ts";
import { hasRun, type SlurmJob, secondsUsed, shownId } from "./slurm-job.ts";
import { slurmTime } from "./slurm-time.ts";
import { isWaiting } from "./states.ts";
import type { Unit } from "./units.ts";

/** A row of sacct: a job, or its batch step. */
export interface SacctRow {
  job: SlurmJob;
  step?: "batch";
}

/** How the rows of one call are shown. */
export interface SacctStyle {
  now: Date;
  units?: Unit | "none";
  expandsPatterns: boolean;
}

type Field = PrintField<SacctRow>;
type Show = (row: SacctRow) => string | undefined;

/** A signal that ends a step when its job runs out of time or is cancelled: SIGTERM. */
const SIGTERM = 15;

/** All fields of sacct. Source: `fields` in src/sacct/sacct.c, and src/sacct/print.c, 24.05. */
export function sacctFields(style: SacctStyle): readonly Field[] {
  const { now, units } = style;
  const ofJob =
    (show: (job: SlurmJob) => string | undefined): Show =>
    ({ job, step }) =>
      step ? undefined : show(job);
  const ofBoth =
    (show: (job: SlurmJob) => string | undefined): Show =>
    ({ job }) =>
      show(job);
  const time = (at: Date | undefined) => (at ? slurmTime(at) : "Unknown");
  const path = (job: SlurmJob, text: string) =>
    style.expandsPatterns ? expandPattern(text, job) : text;
  const used = (job: SlurmJob) => secondsUsed(job, now);
  const cpus = (job: SlurmJob) => (hasRun(job) ? job.cpus : 0);
  const planned = (job: SlurmJob) =>
    Math.max(
      0,
      Math.floor(
        ((job.startedAt ?? job.endedAt ?? now).getTime() - job.submittedAt.getTime()) / 1000,
      ),
    );
  const limit = (job: SlurmJob, show: (minutes: number) => string) =>
    job.timeLimit === undefined
      ? "Partition_Limit"
      : job.timeLimit === "UNLIMITED"
        ? "UNLIMITED"
        : show(job.timeLimit);
  const known: readonly [name: string, width: number, kind: FieldKind, show: Show][] = [
    ["Account", 10, "text", ofBoth((job) => job.account)],
    ["AdminComment", 15, "text", ofJob((job) => job.error)],
    ["AllocCPUS", 10, "number", ofBoth((job) => String(cpus(job)))],
    ["AllocNodes", 10, "text", ofBoth((job) => (job.startedAt ? String(job.nodeCount) : "0"))],
    ["AllocTRES", 10, "text", ofBoth((job) => (job.startedAt ? tres(job, units) : undefined))],
    ["Comment", 14, "text", ofJob(commentOf)],
    ["Constraints", 19, "text", ofJob((job) => job.asked.get("constraint"))],
    ["Container", 19, "text", ofBoth((job) => job.asked.get("container"))],
    ["CPUTime", 10, "number", ofBoth((job) => slurmDuration(used(job) * cpus(job)))],
    ["CPUTimeRAW", 10, "number", ofBoth((job) => String(used(job) * cpus(job)))],
    ["DerivedExitCode", 15, "text", ({ step }) => (step ? "" : "0:0")],
    ["Elapsed", 10, "number", ofBoth((job) => slurmDuration(used(job)))],
    ["ElapsedRaw", 10, "number", ofBoth((job) => String(used(job)))],
    ["Eligible", 19, "time", ({ job, step }) => time(step ? job.startedAt : job.submittedAt)],
    ["End", 19, "time", ofBoth((job) => time(job.endedAt))],
    ["ExitCode", 8, "text", ({ job, step }) => exitOf(job, step !== undefined)],
    ["Flags", 19, "text", ofJob((job) => (job.startedAt ? "SchedMain" : "StartRecieved"))],
    ["GID", 6, "number", ofJob((job) => String(job.gid))],
    ["Group", 9, "text", ofJob((job) => job.group)],
    ["JobID", -12, "text", ({ job, step }) => (step ? `${shownId(job)}.${step}` : shownId(job))],
    ["JobIDRaw", -12, "text", ({ job, step }) => (step ? `${rawId(job)}.${step}` : rawId(job))],
    ["JobName", 10, "text", ({ job, step }) => step ?? job.name],
    ["Licenses", 10, "text", ofJob((job) => job.asked.get("licenses"))],
    ["NCPUS", 10, "number", ofBoth((job) => String(cpus(job)))],
    ["NNodes", 8, "number", ofBoth((job) => String(job.nodeCount))],
    ["NodeList", 15, "text", ofBoth((job) => job.nodes ?? "None assigned")],
    ["NTasks", 8, "number", ({ step }) => (step ? "1" : undefined)],
    ["Partition", 10, "text", ofJob((job) => job.partition)],
    ["Planned", 10, "number", ofJob((job) => slurmDuration(planned(job)))],
    ["PlannedCPU", 10, "number", ofJob((job) => slurmDuration(planned(job) * job.cpus))],
    ["PlannedCPURAW", 13, "number", ofJob((job) => String(planned(job) * job.cpus))],
    [
      "Priority",
      10,
      "number",
      ofJob((job) => (job.priority === undefined ? undefined : String(job.priority))),
    ],
    ["QOS", 10, "text", ofJob((job) => job.qos)],
    ["Reason", 22, "text", ofJob((job) => job.reason)],
    ["ReqCPUS", 8, "number", ofBoth((job) => String(job.cpus))],
    ["ReqMem", 10, "text", ({ job, step }) => (step ? "" : memoryIn(job.memory, units))],
    ["ReqNodes", 8, "text", ofBoth((job) => String(job.nodeCount))],
    ["ReqTRES", 10, "text", ofJob((job) => tres(job, units))],
    ["Reservation", 20, "text", ofJob((job) => job.asked.get("reservation"))],
    ["Start", 19, "time", ofBoth((job) => time(job.startedAt))],
    ["State", 10, "text", ({ job, step }) => stateShown(job, step !== undefined)],
    ["StdErr", 20, "text", ofJob((job) => path(job, job.stderr))],
    ["StdIn", 20, "text", ofJob((job) => path(job, job.stdin))],
    ["StdOut", 20, "text", ofJob((job) => path(job, job.stdout))],
    ["Submit", 19, "time", ({ job, step }) => time(step ? job.startedAt : job.submittedAt)],
    ["SubmitLine", 20, "text", ofJob((job) => `sbatch ${[...sent(job), job.command].join(" ")}`)],
    ["Suspended", 10, "number", () => "00:00:00"],
    ["SystemComment", 15, "text", ofJob((job) => job.error)],
    ["Timelimit", 10, "text", ofJob((job) => limit(job, (minutes) => slurmDuration(minutes * 60)))],
    ["TimelimitRaw", 10, "text", ofJob((job) => limit(job, String))],
    ["UID", 6, "number", ofJob((job) => String(job.uid))],
    ["User", 9, "text", ofJob((job) => job.user)],
    ["WCKey", 10, "text", ofJob((job) => job.asked.get("wckey"))],
    ["WorkDir", 20, "text", ofJob((job) => job.workDir)],
  ];
  return [
    ...known.map(([name, width, kind, text]) => ({ name, width, kind, text })),
    ...NEVER_KNOWN.map(([name, width, kind]) => ({ name, width, kind, text: () => undefined })),
  ].toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** Why results are not here, or why the job did not run; else what the user said of it. */
function commentOf(job: SlurmJob): string | undefined {
  return job.error ?? job.comment;
}

/** The number of a job; of a task, that of its array with the task, because the task's own number is not told. */
function rawId(job: SlurmJob): string {
  return typeof job.array?.tasks === "number" ? shownId(job) : job.id;
}

function sent(job: SlurmJob): string[] {
  return [...job.asked].map(([name, value]) => (value === "" ? `--${name}` : `--${name}=${value}`));
}

/** `CANCELLED by 1000` as sacct has it; of the batch step: as Slurm ends it. */
function stateShown(job: SlurmJob, isStep: boolean): string {
  if (isStep)
    return job.verdict === "TIMEOUT" || job.verdict === "PREEMPTED" ? "CANCELLED" : job.state;
  return job.state === "CANCELLED" ? `CANCELLED by ${job.uid}` : job.state;
}

/** sacct takes 128 off an exit code that has it. Source: PRINT_EXITCODE in src/sacct/print.c. */
function exitOf(job: SlurmJob, isStep: boolean): string {
  const isEnded = isStep && (job.verdict === "TIMEOUT" || job.verdict === "CANCELLED");
  if (isEnded && job.exitCode === 0 && job.signal === 0)
    return exitPair({ exitCode: 0, signal: SIGTERM });
  const exitCode = job.exitCode >= 128 ? job.exitCode - 128 : job.exitCode;
  return exitPair({ exitCode, signal: job.signal });
}

/** The rows of a job: itself, and its batch step once it has begun. */
export function sacctRows(job: SlurmJob, hasSteps: boolean): SacctRow[] {
  const isBegun = hasRun(job) && !isWaiting(job.state);
  return hasSteps && isBegun ? [{ job }, { job, step: "batch" }] : [{ job }];
}
