import { createHash } from "node:crypto";
import * as z from "zod";
import { isPrefix } from "./prefix.ts";

/** Metadata key in which the CLI puts the submission id on the status object. */
export const SUBMISSION_METADATA = "submission";
/** Metadata key of a JOB_CANCEL: the id of the submission that it has overwritten the FILE_UPLOAD of. */
export const CANCELS_METADATA = "cancels";
/** Pattern of a submission id: safe in a file name, a Slurm comment and an SSM parameter. */
export const SUBMISSION_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A submission id, wherever one comes in. */
export const submissionSchema = z.string().regex(SUBMISSION_PATTERN);

/**
 * A new submission's id, such as `20261123T204501Z-1a2b3c`.
 *
 * @param at now
 * @param suffix distinguishes submissions made in the same second: some letters and digits
 */
export function makeSubmission(at: Date, suffix: string): string {
  return `${at.toISOString().replace(/[-:]|\.\d+/g, "")}-${suffix}`;
}

/** Identifies one write of a status object. */
export interface StatusVersion {
  metadata?: Readonly<Record<string, string>> | undefined;
  versionId?: string | undefined;
  lastModified?: Date | undefined;
  etag?: string | undefined;
}

/**
 * The id of the submission that one write of FILE_UPLOAD is: the `submission` metadata if the CLI
 * wrote it, else the object's version id, else LastModified and ETag. A duplicate or late event leads
 * to the same object and so to the same id.
 */
export function submissionOf(status: StatusVersion): string {
  const given = givenSubmission(status.metadata);
  if (given !== undefined) return given;
  if (status.versionId !== undefined && status.versionId !== "null")
    return fitting(status.versionId, "v");
  const time = status.lastModified?.getTime() ?? 0;
  return fitting(`t${time}-${(status.etag ?? "").replaceAll('"', "")}`, "t");
}

/** The id that a client has put into a status object's metadata; undefined: none, or none that can be one. */
export function givenSubmission(metadata: StatusVersion["metadata"]): string | undefined {
  const given = metadata?.[SUBMISSION_METADATA];
  return given !== undefined && SUBMISSION_PATTERN.test(given) ? given : undefined;
}

/** A version id is opaque and may be long or hold `+`: then its digest stands for it. */
function fitting(id: string, tag: string): string {
  if (SUBMISSION_PATTERN.test(id)) return id;
  return `${tag}-${createHash("sha256").update(id).digest("hex").slice(0, 32)}`;
}

/** Comments of our Slurm jobs begin like this; hooks/slurm-ended.sh looks for it. */
export const COMMENT_BEGINNING = "cloud-submit:";

/** The Slurm job comment that ties a job to its submission. */
export function jobComment(prefix: string, submission: string): string {
  return `${COMMENT_BEGINNING}${prefix}:${submission}`;
}

/** The submission that a Slurm job's comment names; undefined: none. */
export function submissionOfComment(
  comment: string,
): { prefix: string; submission: string } | undefined {
  if (!comment.startsWith(COMMENT_BEGINNING)) return undefined;
  const [prefix = "", submission = "", ...more] = comment
    .slice(COMMENT_BEGINNING.length)
    .split(":");
  if (more.length > 0 || !isPrefix(prefix) || !SUBMISSION_PATTERN.test(submission))
    return undefined;
  return { prefix, submission };
}
