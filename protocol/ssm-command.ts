/** Which machine SSM is to address: one instance, or the Head Node of a ParallelCluster. */
export type HeadNodeTarget = { clusterName: string } | { instanceId: string };

/** How SendCommand addresses a Head Node: ParallelCluster tags it with the cluster's name and its own node type. */
export function addressOf(target: HeadNodeTarget) {
  if ("instanceId" in target) return { InstanceIds: [target.instanceId] };
  return {
    Targets: [
      { Key: "tag:parallelcluster:cluster-name", Values: [target.clusterName] },
      { Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] },
    ],
  };
}

/**
 * Seconds that SSM has to hand a command to the SSM agent. A short time multiplies commands: while a burst is
 * worked off, at some six commands a second, those at its end would run out, and be sent once more
 * (docs/decisions/020-commands-on-their-way.md).
 */
export const DELIVERY_SECONDS = 600;

/** Seconds that the request document gives its script; `timeoutSeconds` in resources/request-document.yml. */
export const REQUEST_SECONDS = 30;

/** Seconds that the install document gives its script; `timeoutSeconds` in resources/install-document.yml. */
export const INSTALL_SECONDS = 600;

/**
 * Milliseconds after which SSM gives up a command, however far it has come: both time-outs together.
 * Source: Systems Manager User Guide, "Understanding command statuses".
 */
export function lifeOf(executionSeconds: number): number {
  return (DELIVERY_SECONDS + executionSeconds) * 1000;
}

/** SSM's statuses, of a command or of its run on one machine, that can still change. */
const UNDER_WAY: ReadonlySet<string> = new Set(["Pending", "InProgress", "Delayed", "Cancelling"]);

/** Whether a command of this status can still change. */
export function isUnderWay(status: string): boolean {
  return UNDER_WAY.has(status);
}

/** SSM's status details that the same command would meet again, as whole words of its closed set. */
const HOPELESS: ReadonlySet<string> = new Set(["InvalidPlatform", "AccessDenied"]);

/** Whether sending the same command again cannot help, by SSM's status details; the guide writes them with spaces. */
export function isHopeless(details: string): boolean {
  return HOPELESS.has(details.replaceAll(" ", ""));
}
