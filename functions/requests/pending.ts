import { removeMarker } from "../../bucket/job-objects/marker.ts";
import { readOwnRecord } from "../../bucket/job-objects/own-record.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { ErrorCode } from "../../protocol/error.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import type { Ports } from "../aws/ports.ts";
import { endRequest } from "./end-request.ts";

/** Whether the status object still asks for what the marker stands for. */
export function isUnanswered(marker: PendingMarker, status: StatusObject | undefined): boolean {
  if (!status) return false;
  switch (marker.action) {
    case "run":
      // A JOB_CANCEL that has overwritten it does not name the submission: this marker does.
      if (status.state === "JOB_CANCEL") return true;
      return status.state === "FILE_UPLOAD" && status.submission === marker.submission;
    case "cancel":
      return status.state === "JOB_CANCEL" && status.submission === marker.submission;
    case "check":
      return status.state === "JOB_SUBMIT" || status.state === "JOB_CANCEL";
  }
}

/** Ends what a marker stands for in JOB_ERROR, outcome `unreachable`, and removes the marker. */
export async function giveUp(
  marker: PendingMarker,
  status: StatusObject,
  error: { code: ErrorCode; message: string },
  ports: Ports,
): Promise<void> {
  const { prefix, submission, requester, action } = marker;
  const own = await readOwnRecord(ports.store, prefix);
  const isSame = own?.submission === submission;
  // Another submission has taken that one's place, so the Head Node has answered since.
  if (action === "check" && own && !isSame) return void (await removeMarker(ports.store, marker));
  // A cancel is about the job that Slurm has, if there is one.
  const record = isSame || action === "cancel" ? own : undefined;
  await endRequest(
    {
      prefix,
      submission: record?.submission ?? submission,
      status,
      record,
      requester,
      outcome: "unreachable",
      error,
    },
    ports,
  );
  await removeMarker(ports.store, marker);
}
