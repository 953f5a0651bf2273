import { fill, type ValuesArgument } from "./fill.ts";

/**
 * Everything that is told of a file, a request or a job as a code with values: a closed set. The words are
 * those of the `reason` in records; the command line has them in each language. Codes stay as they are for
 * good: scripts match them.
 */
export const REASONS = {
  // Why a file is not transferred.
  "name-conflict": "a file and a folder have the same name",
  "name-not-utf8": "the name is not UTF-8",
  "name-nul": "the name holds a NUL character",
  "name-kept": "the name is kept for unfinished downloads",
  "name-too-long": "a name of more than {max} bytes",
  "name-on-disk": "the name is not one this disk can hold",
  "name-same-on-disk": 'this disk takes it for the same name as {"other"}',
  "path-too-long": "the path is too long for this disk: use shorter names",
  "path-segment-empty": "an empty path segment",
  "path-segment-dots": "a path segment {segment}",
  "key-too-long": "an object key of more than {max} bytes",
  "windows-character": 'Windows takes no {"character"} in a name',
  "windows-end": "Windows takes no name with a dot or a space at its end",
  "windows-device": "Windows keeps this name for a device",
  "link-loop": "a symbolic link that leads back to itself",
  "link-out": "a symbolic link that leads out of the folder",
  "link-to-nothing": "a symbolic link to nothing",
  "link-to-above": "a symbolic link to a folder above it",
  "link-outside": "a symbolic link in a folder that is itself outside",
  "link-absolute": "a symbolic link to an absolute path",
  "link-dots": "a symbolic link with .. after a name in its target",
  "link-too-long": "a symbolic link with a target that is too long: shorten it",
  "link-unsound": "a symbolic link without a sound target",
  "link-not-made": "no symbolic links can be made here, and what it leads to is no file to copy",
  "folder-is-link": '{"folder"} is a symbolic link here, not a folder',
  "folder-replaced": "the job has put a symbolic link in place of its folder",
  "folder-gone": "the job has removed its folder",
  "target-gone": "it, or a folder in it, was removed or replaced meanwhile; run the command again",
  "not-a-file": "neither a file nor a folder",
  "became-another-kind": "it became something else while it was looked at",
  "became-shorter": "became shorter while it was read",
  "kept-changing": "kept changing while it was read",
  "file-removed": "it was removed meanwhile",
  "too-large": "larger than an object in S3 can be ({max})",
  "object-removed": "removed from the bucket meanwhile",
  "object-changing": "it was replaced again and again while it was fetched; try again",
  "input-changed": "it is no longer the object that was submitted",
  "object-damaged": "what arrived does not match S3's checksum, twice; try again",
  "object-length": "S3 sends more or fewer bytes than it listed, twice; try again",
  "object-refused": "S3 refuses it: {error}",
  "header-refused": 'the request cannot be made: {"what"} cannot be sent',
  "system-error": "{error}",

  // Why a file that people write is not read.
  "text-too-large": "larger than {max} bytes",
  "text-utf16": "it is UTF-16: save it as UTF-8",
  "text-not-utf8": "it is not UTF-8: save it as UTF-8",
  "rule-backslash": 'line {line}, {"rule"}: the backslash at its end escapes nothing',
  "rule-bracket": 'line {line}, {"rule"}: there is [ without ]',
  "rule-stars": 'line {line}, {"rule"}: use at most {max} * in a rule, and in {some} rules as many',
  "rule-control": 'line {line}, {"rule"}: there is a line end or a NUL character in it',
  "rule-too-long": 'line {line}, {"rule"}: more than {max} characters',
  "rules-too-many": "more than {max} rules",
  "rule-range": 'line {line}, {"rule"}: a range in [ ] ends before it begins',

  // Other remarks on a file, or on the whole folder.
  "name-same-in-unicode":
    'differs from {"other"} only in how Unicode writes it; some disks hold only one of the two',
  "not-in-order": "the bucket does not list in order",
  "job-changed": "the job has changed meanwhile",
  "nothing-deleted": "nothing was deleted, because not all files were compared",

  "not-listed":
    "S3 does not list the bucket for these credentials (s3:ListBucket is missing): all files were sent, and nothing was deleted",
  "not-removed": "it stays in the bucket, whose policy does not let it be removed",

  "no-manifest":
    "too many files for a manifest (more than {max}, or with very long names): the job gets all that is under its prefix when it begins",

  // Why a request is refused.
  "job-active": "the job of submission {submission} is still active",
  "request-replaced":
    "FILE_UPLOAD was written again, as submission {submission}, before the cluster had this one",

  "part-not-cancelled": "a cancel or signal for {part} of the job was not sent: {why}",
  "part-unreadable":
    "the metadata of a JOB_CANCEL do not name the submission with tasks or a signal that can be sent: nothing was cancelled",

  // Unexpected effects that a submitter is told of.
  "chdir-not-followed":
    'the script sets the working directory {"path"}: the job ran in its own folder instead, whose files are returned',
  "comment-not-followed":
    "the comment in its script was replaced by the one that identifies the job",
  "output-not-brought-back":
    'its output went to {"path"}, which is not returned: name a file in the job\'s folder, other than job-aws-*',
  "output-folder-missing":
    'Slurm did not start it, because there was no folder for its output {"path"}: make that folder before you submit, or name another file',
  "output-not-opened":
    'Slurm did not start it, because it could not open its input, or its output {"path"}: see that the input is there, and that no folder has the name of the output',
  "rule-not-used":
    '.cloudsubmitignore, line {line}, {"rule"}: not used for results, because it has too many * or comes too late',
  "rules-not-tried":
    ".cloudsubmitignore was not tried on {count} of its results, because it takes too long, or they are more than 100 folders deep: they are returned",
  "results-ignored":
    '.cloudsubmitignore leaves {count} of its files and folders out of the results, such as {"path"}',
  "inputs-not-removed":
    'the bucket\'s policy does not let {count} inputs be removed that its results take the place of, such as {"path"}: they stay beside them',
  "dependency-unknown":
    "--dependency names jobs that Slurm does not know ({ids}): it did not wait for them",
  "closing-not-seen":
    "its last files were not announced within {seconds} s: it began with those that had come by then",
  "jobs-of-its-own":
    "other jobs were submitted from its folder ({ids}): files that they wrote after its end were not returned",
} as const;
export type ReasonCode = keyof typeof REASONS;

/** A code, and what it is about. */
export interface Reason {
  code: ReasonCode;
  values: Record<string, string>;
}

/** A reason; the compiler asks for exactly the values that its words have places for. */
export function reason<Code extends ReasonCode>(
  code: Code,
  ...[values]: ValuesArgument<(typeof REASONS)[Code], string>
): Reason {
  return { code, values: values ?? {} };
}

/** A reason in plain English, as records have it beside the code. */
export function reasonText({ code, values }: Reason): string {
  return fill(REASONS[code], values);
}

/** A reason as it is written into records and printed for programs. */
export function writtenReason(why: Reason): Reason & { reason: string } {
  return { ...why, reason: reasonText(why) };
}

/** Records list at most this many skipped files, so that they stay small. */
export const SKIPPED_LIST_MAX = 1000;
