import { claimMarker } from "../../bucket/job-objects/marker.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { ErrorCode } from "../../protocol/error.ts";
import { prefixOfStatusKey, SYSTEM_FOLDER } from "../../protocol/objects.ts";
import { prefixProblem } from "../../protocol/prefix.ts";
import type { Action } from "../../protocol/request.ts";
import { requesterOf } from "../../protocol/requester.ts";
import type { Ports } from "../aws/ports.ts";
import { endRequest } from "./end-request.ts";

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
  | { did: "send"; prefix: string; submission: string; action: Action; commandId: string }
  /** It is pending, and no command of its own is sent. */
  | { did: "leave"; prefix: string; submission: string; action: Action; reason: string };

/**
 * Acts on "an object was created under this key": leaves a marker, and rings for the Head Node. The event has no authority:
 * what counts is the status object as it is now, so a duplicate, late or reordered event leads to the same submission. It is
 * read once: a request that is answered between this look and the marker leaves one that the agent removes, since it knows it.
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
  return ask(status.state === "FILE_UPLOAD" ? "run" : "cancel", status, prefix, input, ports);
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

async function ask(
  action: Action,
  status: StatusObject,
  prefix: string,
  input: DispatchInput,
  ports: Ports,
): Promise<Decision> {
  const { submission } = status;
  const requester = requesterOf(input.requester, status.metadata);
  const at = status.lastModified ?? ports.now();
  const requestedAt = at.toISOString();
  const request = { prefix, submission, action };
  const marker = await claimMarker(
    ports.store,
    { version: 1, ...request, requestedAt, requester, dispatcher: input.invocation },
    {
      etag: status.etag,
      time: at.getTime(),
      account: requester.account,
      metadata: status.metadata,
    },
  );
  // Another invocation's marker: it has rung or is about to. Our own: Lambda repeats us.
  if (marker.dispatcher !== input.invocation)
    return { did: "nothing", reason: `${submission} is pending already`, prefix };

  const rung = await ports.doorbell.ring({ ...request, requester });
  await ports.announce({
    version: 1,
    bucket: ports.bucketName,
    prefix,
    submission,
    from: null,
    to: action === "run" ? "FILE_UPLOAD" : "JOB_CANCEL",
    at: ports.now().toISOString(),
    requester,
    ...("commandId" in rung && { commandId: rung.commandId }),
    requestedAt,
  });
  if ("commandId" in rung)
    return { did: "send", prefix, submission, action, commandId: rung.commandId };
  return { did: "leave", prefix, submission, action, reason: rung.reason };
}
