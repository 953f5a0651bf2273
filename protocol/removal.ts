import { FINAL_STATES, formatStatus, type State } from "./state.ts";
import { SUBMISSION_METADATA, submissionOf } from "./submission.ts";

/** Metadata key of a status object whose job is being removed; its value is of that removal alone. */
export const REMOVING_METADATA = "removing";

/** Metadata key of a status object that was written again without a change of state: when the state was reached. */
export const ENDED_METADATA = "ended";

/** Metadata key of a status object that a removal gave back: how often, which tells its ETag from earlier ones of the run. */
export const GIVEN_BACK_METADATA = "given-back";

/** A job is given back so often at most; then the numbers begin again. */
const GIVEN_BACK_MAX = 99;

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

/**
 * The bytes and the metadata of a status object that says the same state again, since something of the job stays. More line
 * feeds follow each time: shells do not see them, and a client that has read an earlier one does not replace it.
 */
export function givenBackStatus(status: FinalStatus): {
  text: string;
  metadata: Record<string, string>;
} {
  const times = (givenBack(status) % GIVEN_BACK_MAX) + 1;
  const text = formatStatus(status.state ?? "JOB_ERROR") + "\n".repeat(times);
  return { text, metadata: { ...endedMetadata(status), [GIVEN_BACK_METADATA]: String(times) } };
}

/** When what is no job has ended: its objects are as old as S3 says, and no older. */
export const NO_JOB_ENDED = new Date(0);

/** Whether a status object only takes a prefix that had none, for a removal that was interrupted. */
export function isOfNoJob(status: FinalStatus): boolean {
  return isBeingRemoved(status) && endedAt(status)?.getTime() === NO_JOB_ENDED.getTime();
}

/** The metadata of a status object that says the same state again: readers find the record and the time by it. */
function endedMetadata(status: FinalStatus): Record<string, string> {
  const { metadata } = status;
  const ended = endedAt(status);
  const times = givenBack(status);
  return {
    ...(metadata[SUBMISSION_METADATA] !== undefined && {
      [SUBMISSION_METADATA]: submissionOf(status),
    }),
    ...(ended && { [ENDED_METADATA]: ended.toISOString() }),
    ...(times > 0 && { [GIVEN_BACK_METADATA]: String(times) }),
  };
}

function givenBack({ metadata }: Pick<FinalStatus, "metadata">): number {
  return /^[1-9]\d?$/.test(metadata[GIVEN_BACK_METADATA] ?? "")
    ? Number(metadata[GIVEN_BACK_METADATA])
    : 0;
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
