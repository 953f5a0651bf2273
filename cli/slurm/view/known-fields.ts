import type { Cell } from "./columns.ts";
import type { SlurmJob } from "./slurm-job.ts";
import { slurmTime } from "./slurm-time.ts";
import { megabytes, type Unit, withUnit } from "./units.ts";

/** A time, or `N/A` where there is none, as squeue shows it. */
export function timeOrNone(time: Date | undefined): string {
  return time ? slurmTime(time) : "N/A";
}

/** A size as the cluster told it, in the units that are asked for. */
export function memoryIn(text: string | undefined, show?: Unit | "none"): string {
  const size = text === undefined ? 0 : megabytes(text);
  return size === undefined ? (text ?? "0") : withUnit(size, "M", show);
}

/** The value of an option as it was sent; nothing where it was not. */
export function askedFor(job: SlurmJob, option: string): Cell {
  return job.asked.get(option) ?? null;
}

/** Yes where an option was sent, by itself or with a value. */
export function wasAsked(job: SlurmJob, option: string): boolean {
  return job.asked.has(option);
}

/** `CPUs` and the like: what was asked for, or `N/A`. */
export function askedOrNone(job: SlurmJob, option: string): string {
  return job.asked.get(option) ?? "N/A";
}

/** Resources in Slurm's notation, such as `cpu=4,mem=8G,node=1,billing=4`. */
export function tres(job: SlurmJob, show?: Unit | "none"): string {
  const memory = job.memory === undefined ? [] : [`mem=${memoryIn(job.memory, show)}`];
  return [`cpu=${job.cpus}`, ...memory, `node=${job.nodeCount}`, `billing=${job.cpus}`].join(",");
}

/** `OK`, `YES` or `NO`, as `job_share_string` of Slurm has it. */
export function sharing(job: SlurmJob): string {
  if (wasAsked(job, "exclusive")) return "NO";
  return wasAsked(job, "oversubscribe") ? "YES" : "OK";
}

/** `--nice` without a value is 100. */
export function niceOf({ asked }: SlurmJob): string {
  const nice = asked.get("nice");
  return nice === "" ? "100" : (nice ?? "0");
}

/** The first node of a list. */
export function firstNode(nodes: string | undefined): string | undefined {
  const [, before, inner] = /^([^[,]*)(?:\[(\d+))?/.exec(nodes ?? "") ?? [];
  const first = `${before ?? ""}${inner ?? ""}`;
  return first === "" ? undefined : first;
}

/** `exit code:signal`; a job that a signal ended has no exit code. */
export function exitPair({ exitCode, signal }: Pick<SlurmJob, "exitCode" | "signal">): string {
  return `${signal > 0 ? 0 : exitCode}:${signal}`;
}

/** Generic resources of a node as Slurm has them since 23.11, `gres/gpu:1`. */
export function tresPerNode({ asked }: SlurmJob): string | undefined {
  const list = asked.get("gres");
  const gpus = asked.get("gpus-per-node");
  const all = [
    ...(list === undefined ? [] : list.split(",")),
    ...(gpus === undefined ? [] : [`gpu:${gpus}`]),
  ];
  return all.length === 0 ? undefined : all.map((one) => `gres/${one}`).join(",");
}
