import { FINAL_STATES, formatStatus, type State } from "./state.ts";
import { SUBMISSION_METADATA, submissionOf } from "./submission.ts";

/** Metadata key of a status object whose job is being removed; its value is of that removal alone. */
export const REMOVING_METADATA = "removing";

/** Metadata key of a status object that was written again without a change of state: when the state was reached. */
export const ENDED_METADATA = "ended";

/** A status object, as far as it says whether its job may go. */
interface FinalStatus {
  state: State | undefined;
  etag: string;
  lastModified: Date | undefined;
  metadata: Readonly<Record<string, string>>;
}

/** Whether a job is being removed, or its removal was interrupted. */
export function isBeingRemoved({ state, metadata }: FinalStatus): boolean {
  return (
    metadata[REMOVING_METADATA] !== undefined && state !== undefined && FINAL_STATES.has(state)
  );
}

/**
 * The bytes and the metadata of a status object that takes a job's prefix for its removal. The ETag is of this removal alone:
 * a client that has read the status object before does not replace it.
 *
 * @param nonce of letters and digits
 */
export function removingStatus(
  status: FinalStatus,
  nonce: string,
): { text: string; metadata: Record<string, string> } {
  const text = `${formatStatus(status.state ?? "JOB_ERROR")}removing ${nonce}\n`;
  return { text, metadata: { ...endedMetadata(status), [REMOVING_METADATA]: nonce } };
}

/** The metadata of a status object that says the same state again: readers find the record and the time by it. */
export function endedMetadata(status: FinalStatus): Record<string, string> {
  const { metadata } = status;
  const ended = endedAt(status);
  return {
    ...(metadata[SUBMISSION_METADATA] !== undefined && {
      [SUBMISSION_METADATA]: submissionOf(status),
    }),
    ...(ended && { [ENDED_METADATA]: ended.toISOString() }),
  };
}

/** When a job's final state was reached: the status object's own word counts only when it is earlier than the write of it. */
export function endedAt({
  metadata,
  lastModified,
}: Pick<FinalStatus, "metadata" | "lastModified">): Date | undefined {
  const told = new Date(metadata[ENDED_METADATA] ?? "");
  if (lastModified === undefined || !(told.getTime() < lastModified.getTime())) return lastModified;
  return told;
}
