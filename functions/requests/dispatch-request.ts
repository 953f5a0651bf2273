import { claimMarker, removeMarker } from "../../bucket/job-objects/marker.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { ErrorCode } from "../../protocol/error.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import { prefixOfStatusKey, SYSTEM_FOLDER } from "../../protocol/objects.ts";
import { prefixProblem } from "../../protocol/prefix.ts";
import type { Action } from "../../protocol/request.ts";
import { requesterOf } from "../../protocol/requester.ts";
import type { Ports } from "../aws/ports.ts";
import { endRequest } from "./end-request.ts";
import { isUnanswered } from "./pending.ts";

/** Input of a dispatch: a key, and who is asking. */
export interface DispatchInput {
  key: string;
  /** AWS account id of the caller as S3 reports it. */
  requester?: string | undefined;
  /** The version that was written, where the bucket has versions. */
  versionId?: string | undefined;
  /** Lambda request id: the same for Lambda's own retries, another for a duplicate event. */
  invocation: string;
}

/** Decision on a request, for the one log line. */
export type Decision =
  | { did: "nothing"; reason: string; prefix?: string }
  | { did: "reject"; prefix: string; submission: string; code: ErrorCode; reason: string }
  | { did: "send"; prefix: string; submission: string; action: Action; commandId: string };

/**
 * Acts on "an object was created under this key". The event has no authority: what counts is the
 * status object as it is now, so a duplicate, late or reordered event leads to the same submission.
 *
 * @throws when S3 or SSM fails; Lambda then repeats the invocation, which is safe
 */
export async function dispatchRequest(input: DispatchInput, ports: Ports): Promise<Decision> {
  const prefix = prefixOfStatusKey(input.key);
  if (prefix === undefined) return { did: "nothing", reason: "not a status object" };
  if (`${prefix}/`.startsWith(SYSTEM_FOLDER))
    return { did: "nothing", reason: "a key of the system's own", prefix };

  const status = await readStatus(ports.store, prefix);
  if (!status) return { did: "nothing", reason: "the status object is gone", prefix };
  // The newer one may have another writer, which its own event names.
  if (isReplaced(input, status))
    return { did: "nothing", reason: "the status object was written again since", prefix };
  if (status.isResult) return { did: "nothing", reason: "written by the agent", prefix };
  if (status.state !== "FILE_UPLOAD" && status.state !== "JOB_CANCEL")
    return { did: "nothing", reason: `the state is ${status.state ?? "no known one"}`, prefix };

  const problem = prefixProblem(prefix);
  if (problem !== undefined) return reject(prefix, problem, status, input, ports);
  return send(prefix, status.state === "FILE_UPLOAD" ? "run" : "cancel", status, input, ports);
}

function isReplaced({ versionId }: DispatchInput, status: StatusObject): boolean {
  return (
    versionId !== undefined && status.versionId !== undefined && versionId !== status.versionId
  );
}

async function reject(
  prefix: string,
  reason: string,
  status: StatusObject,
  input: DispatchInput,
  ports: Ports,
): Promise<Decision> {
  const { submission } = status;
  const error = { code: "bad-prefix", message: reason } as const;
  const requester = requesterOf(input.requester, status.metadata);
  await endRequest({ prefix, submission, status, requester, outcome: "rejected", error }, ports);
  return { did: "reject", prefix, submission, code: error.code, reason };
}

async function send(
  prefix: string,
  action: Action,
  status: StatusObject,
  input: DispatchInput,
  ports: Ports,
): Promise<Decision> {
  const { submission } = status;
  const requester = requesterOf(input.requester, status.metadata);
  const requestedAt = (status.lastModified ?? ports.now()).toISOString();
  const marker = await claimMarker(ports.store, {
    version: 1,
    prefix,
    submission,
    action,
    requestedAt,
    requester,
    attempts: 1,
    dispatcher: input.invocation,
  });
  // Another invocation's marker: it has sent the command or is about to. Our own: Lambda repeats us.
  if (marker.dispatcher !== input.invocation)
    return { did: "nothing", reason: `${submission} is already dispatched`, prefix };

  // Between our first look and the claim, another invocation's command may have been answered and its
  // marker removed; a state that is unchanged now has no answer yet.
  const now = await readStatus(ports.store, prefix);
  if (!isUnanswered(marker, now)) {
    await removeMarker(ports.store, marker);
    return { did: "nothing", reason: `${submission} is already answered`, prefix };
  }

  const commandId = await sendNow(marker, ports);
  if (commandId === undefined)
    return {
      did: "nothing",
      reason: "the Head Node cannot be reached now; to be sent again",
      prefix,
    };
  await ports.announce({
    version: 1,
    bucket: ports.bucketName,
    prefix,
    submission,
    from: null,
    to: action === "run" ? "FILE_UPLOAD" : "JOB_CANCEL",
    at: ports.now().toISOString(),
    requester,
    commandId,
    requestedAt,
  });
  return { did: "send", prefix, submission, action, commandId };
}

/**
 * Sends what a marker stands for.
 *
 * @returns the command id; undefined when SSM cannot take it now: the sweep repeats it
 * @throws what SSM says otherwise
 */
export async function sendNow(marker: PendingMarker, ports: Ports): Promise<string | undefined> {
  try {
    return await ports.headNode.send(marker);
  } catch (error) {
    if (error instanceof Error && NOT_NOW.has(error.name)) return undefined;
    throw error;
  }
}

/** SSM's errors for a machine that is stopped or not there, and for too many requests, by name. */
const NOT_NOW: ReadonlySet<string> = new Set([
  "InvalidInstanceId",
  "ThrottlingException",
  "RequestLimitExceeded",
]);
