/** Which machine SSM is to address: one instance, or the Head Node of a ParallelCluster. */
export type HeadNodeTarget = { clusterName: string } | { instanceId: string };

/** The tags that ParallelCluster gives the Head Node of a cluster. */
export function headNodeTags(clusterName: string) {
  return { "parallelcluster:cluster-name": clusterName, "parallelcluster:node-type": "HeadNode" };
}

/** Which of SSM's machines are Head Nodes, of whatever cluster: a filter of DescribeInstanceInformation. */
export const ALL_HEAD_NODES = { Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] };

/** How SendCommand addresses a Head Node. */
function addressOf(target: HeadNodeTarget) {
  if ("instanceId" in target) return { InstanceIds: [target.instanceId] };
  const tags = Object.entries(headNodeTags(target.clusterName));
  return { Targets: tags.map(([tag, value]) => ({ Key: `tag:${tag}`, Values: [value] })) };
}

/**
 * Seconds that SSM has to hand a command to the SSM agent. One that waits costs nothing; one that runs out is sent once more
 * (docs/decisions/020-commands-on-their-way.md).
 */
export const DELIVERY_SECONDS = 600;

/** One command for a Head Node: a document, what it is given, and words for people, at most 100 characters. */
export interface HeadNodeCommand {
  document: string;
  target: HeadNodeTarget;
  parameters: Readonly<Record<string, string>>;
  comment: string;
}

/** A command as SendCommand takes it. */
export function sendCommandInput({ document, target, parameters, comment }: HeadNodeCommand) {
  return {
    DocumentName: document,
    ...addressOf(target),
    Parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [value]]),
    ),
    Comment: comment,
    TimeoutSeconds: DELIVERY_SECONDS,
  };
}

/** The version from which on an SSM agent hands parameters over as environment variables (`interpolationType: ENV_VAR`). */
export const ENV_VAR_VERSION = "3.3.2746.0";

/** hooks/request exits with this when the request itself is wrong. */
export const EXIT_REFUSED = 64;

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
const UNDER_WAY: ReadonlySet<string> = new Set(["Pending", "Delayed", "InProgress", "Cancelling"]);

/** Whether a command of this status can still change. */
export function isUnderWay(status: string): boolean {
  return UNDER_WAY.has(status);
}

/** SSM's status details that the same command would meet again, as whole words of its closed set. */
const PERMANENT: ReadonlySet<string> = new Set(["InvalidPlatform", "AccessDenied"]);

/** Whether sending the same command again cannot help, by SSM's status details; the guide writes them with spaces. */
export function isPermanent(details: string): boolean {
  return PERMANENT.has(details.replaceAll(" ", ""));
}
