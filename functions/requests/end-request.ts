import { writeRecord } from "../../bucket/job-objects/record.ts";
import { type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import { isWholeCancel } from "../../protocol/cancel.ts";
import type { ErrorCode } from "../../protocol/error.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { Requester } from "../../protocol/requester.ts";
import { CANCELS_METADATA } from "../../protocol/submission.ts";
import type { Ports } from "../aws/ports.ts";

/** A request that will not be carried out, and why. */
export interface EndedRequest {
  prefix: string;
  submission: string;
  /** The status object that the decision rests on. */
  status: StatusObject;
  requester?: Requester | undefined;
  /** undefined: the status object is the request. */
  requestedAt?: string | undefined;
  outcome: Outcome;
  error: { code: ErrorCode; message: string };
}

/**
 * Ends a request in JOB_ERROR: the record, then the state, then the audit. Nothing of the record that is there goes into the
 * new one: a client may have written it.
 */
export async function endRequest(request: EndedRequest, ports: Ports): Promise<void> {
  const { prefix, submission, status, requester, outcome, error } = request;
  const final = ports.now().toISOString();
  const requested = request.requestedAt ?? (status.lastModified ?? ports.now()).toISOString();
  const record: JobRecord = {
    version: 1,
    prefix,
    submission,
    state: "JOB_ERROR",
    outcome,
    error,
    requester,
    times: { requested, final },
  };
  await writeRecord(ports.store, record);
  const isCancel = status.state === "JOB_CANCEL" && isWholeCancel(status.metadata);
  // An agent that comes back later, and has it in its journal, is to know of it.
  const metadata = isCancel ? { [CANCELS_METADATA]: submission } : {};
  // Where it was replaced or removed since it was read, the event of that deals with what it says now.
  await writeStatus(ports.store, prefix, record.state, {
    ifMatch: status.etag,
    submission,
    metadata,
  });
  await ports.announce({
    version: 1,
    bucket: ports.bucketName,
    prefix,
    submission,
    from: status.state ?? null,
    to: "JOB_ERROR",
    at: final,
    outcome,
    error,
    requester,
    requestedAt: requested,
  });
}
