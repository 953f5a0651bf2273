import type { MessageKey } from "../messages/say.ts";

/**
 * The message that explains a reason of Slurm's for a pending job, by the beginning of the reason; the first
 * that fits counts. Source: squeue(1), "JOB REASON CODES", and slurm's job_state_reason_string, 22.05 to 24.11;
 * scontrol writes `_` for spaces.
 */
const EXPLAINED: readonly (readonly [RegExp, MessageKey])[] = [
  [/^none$/i, "reason.none"],
  [/^priority$/i, "reason.priority"],
  [/^resources$/i, "reason.resources"],
  [/^dependencyneversatisfied$/i, "reason.dependencyNever"],
  [/^dependency$/i, "reason.dependency"],
  [/^begintime$/i, "reason.beginTime"],
  [/^jobhelduser$/i, "reason.heldUser"],
  [/^jobheldadmin$/i, "reason.heldAdmin"],
  [/^launch failed requeued held/i, "reason.launchFailed"],
  [/^job requeued in held state/i, "reason.requeuedHeld"],
  [/^nodes required for job are down/i, "reason.nodesDown"],
  [/^reqnodenotavail/i, "reason.reqNodeNotAvail"],
  [/^partitiondown|^partitioninactive/i, "reason.partitionDown"],
  [/^partitionnodelimit/i, "reason.partitionNodeLimit"],
  [/^partitiontimelimit/i, "reason.partitionTimeLimit"],
  [/^partitionconfig|^badconstraints/i, "reason.badConstraints"],
  [/^licenses/i, "reason.licenses"],
  [/^reservation/i, "reason.reservation"],
  [/^qos|^max.*perqos/i, "reason.qos"],
  [/^assoc|^max.*per(user|account)|^invalidaccount/i, "reason.assoc"],
  [/^jobarraytasklimit/i, "reason.arrayLimit"],
  [/^nodedown|^node_?fail/i, "reason.nodesDown"],
  [/^prolog/i, "reason.prolog"],
  [/^cleaning/i, "reason.cleaning"],
  [/insufficient.*capacity|capacity/i, "reason.capacity"],
];

/** The message that explains why Slurm keeps a job pending. */
export function reasonMessage(reason: string): MessageKey {
  const text = reason.replaceAll("_", " ");
  return EXPLAINED.find(([pattern]) => pattern.test(text))?.[1] ?? "reason.other";
}
