import { messageOf } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import type { Inputs } from "../../protocol/manifest.ts";
import type { FileReason } from "../../protocol/record.ts";
import type { TransferSummary } from "../../transfer/summary.ts";
import { isDiskFull } from "../cache/object-cache.ts";
import type { StepResult } from "./ports.ts";

/** So long staging is tried again, milliseconds: as long as a request is sent to a Head Node that does not answer. */
export const STAGE_IN_MS = 24 * 3_600_000;

/** A job runs on all that its submitter sent, or not at all: the record's stageIn names what is missing. */
export function notWhole(summary: TransferSummary, inputs: Inputs): StepResult {
  const error = missingError(summary, inputs);
  return { phase: "failing", outcome: "rejected", error, stageIn: summary.verdict() };
}

/** The error that names the first inputs that are missing. */
export function missingError(
  summary: TransferSummary,
  inputs: Inputs,
): NonNullable<StepResult["error"]> {
  const { skipped, skippedCount, changed } = summary;
  const isElsewhere = skipped.some(({ path }) => inputs.get(path)?.source);
  const first = skipped.slice(0, 3);
  const more = skippedCount > first.length ? ` and ${skippedCount - first.length} more` : "";
  const list = (named: (one: FileReason) => string) => first.map(named).join(", ") + more;
  const quoted = ({ path }: FileReason) => JSON.stringify(path.slice(0, 200));
  const because = (one: FileReason) => `${quoted(one)} (${one.reason.slice(0, 200)})`;
  return changed > 0
    ? {
        code: "inputs-changed",
        message: `${list(quoted)}: no longer what was submitted, ${isElsewhere ? "or not for this submission to read; submit again" : "another client has written under this prefix; submit again, under another one"}`,
      }
    : {
        code: "stage-in-failed",
        message: `the cluster cannot store ${list(because)}: give other names or places, and submit again`,
      };
}

/** Codes of a disk that another try would not change. */
const DISK_REFUSALS: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EEXIST",
  "EISDIR",
  "ELOOP",
  "ENAMETOOLONG",
]);

/** Words for an error after which trying again would not help; undefined: it may. */
export function finalWord(error: unknown, workRoot: string): string | undefined {
  if (error instanceof FileError && error.reason.code === "object-refused")
    return `${error.message}: make it readable for the cluster, or remove it, then write FILE_UPLOAD again`;
  const { code = "" } = error as NodeJS.ErrnoException;
  if (isDiskFull(error))
    return `the cluster's disk is full (${workRoot}): ${messageOf(error)}; have room made, then write FILE_UPLOAD again`;
  return DISK_REFUSALS.has(code) ? messageOf(error) : undefined;
}
