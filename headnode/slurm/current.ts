import type { SlurmVerdict } from "../../protocol/record.ts";
import { isEnded, type SlurmTask } from "./job-state.ts";

/** Slurm's word for where a job is, and its reason. */
export interface Current {
  state: string;
  reason: string;
}

/** Representative task of an array: one that has its nodes, else the first one in the queue. */
export function currentOf<T extends Current>(tasks: readonly T[]): T | undefined {
  return tasks.find(({ state }) => state !== "PENDING") ?? tasks[0];
}

/** The record's verdict on a job that has not ended. */
export function currentVerdict(jobId: string, tasks: readonly SlurmTask[]): SlurmVerdict {
  const one = currentOf(tasks.filter((task) => !isEnded(task)));
  if (!one) return { jobId };
  const isPending = one.state === "PENDING";
  return {
    jobId,
    ...namesOf(one),
    state: one.state,
    ...(one.reason !== "None" && { reason: spaced(one.reason) }),
    ...(!isPending && one.nodes !== undefined && { nodes: one.nodes }),
    // Of a job in the queue, squeue tells when it may start.
    ...(!isPending && one.startedAt !== undefined && { startedAt: one.startedAt }),
    restarts: Math.max(...tasks.map(({ restarts }) => restarts)),
  };
}

type Names = Pick<SlurmVerdict, "name" | "partition">;

/** A job's name and partition, as far as they are known. */
export function namesOf(told: Names | undefined): Names {
  const { name = "", partition = "" } = told ?? {};
  return { ...(name !== "" && { name }), ...(partition !== "" && { partition }) };
}

/** Whether the record says already what Slurm says. */
export function isTold(told: SlurmVerdict | undefined, { state, reason }: Current): boolean {
  return told?.state === state && (told.reason ?? "None") === spaced(reason);
}

/** Slurm writes `_` for the spaces of a reason in some places, and not in others. */
function spaced(reason: string): string {
  return reason.replaceAll("_", " ");
}
