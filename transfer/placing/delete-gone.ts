import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { reason } from "../../protocol/reason.ts";
import type { ProgressListener } from "../flow/progress.ts";
import type { IgnoreRules } from "../names/ignore-rules.ts";
import { pathProblem } from "../names/key-path.ts";
import type { Told, TransferSummary } from "../summary.ts";
import { isPartsPath } from "./partial-files.ts";

/** The system's own files, at the top of a prefix; the job script among them. */
const SYSTEM_FILE = /^job-aws-/;

/** Which paths gone on the other side may be removed. */
export interface DeleteRules {
  ignore?: IgnoreRules | undefined;
  /** Whether a path takes part in the transfer at all. */
  wanted: (path: string) => boolean;
}

/** Whether a path (relative, with `/`; `/` at its end: a folder) may be removed. */
export function mayDelete(end: string, rules: DeleteRules): boolean {
  const isFolder = end.endsWith("/");
  const path = isFolder ? end.slice(0, -1) : end;
  return (
    path !== "" &&
    !SYSTEM_FILE.test(path) &&
    !isPartsPath(path) &&
    // A path that cannot be a file here was never one that could be gone.
    pathProblem(path) === undefined &&
    !rules.ignore?.(path, isFolder) &&
    rules.wanted(path)
  );
}

/** How what is gone is removed. */
export interface Removal extends Pick<ProgressListener, "onDeleted"> {
  /** So many are removed at a time. */
  atOnce: number;
}

/**
 * Removes what is gone on the other side: last, and only if everything was seen. When a folder could not be
 * read, what was in it looks gone and is not; rsync keeps everything then, too.
 *
 * @param doubt why it is not sure that they are gone; undefined when it is
 * @param remove removes one; false when it stays after all
 */
export async function deleteGone(
  gone: Iterable<string> & { length: number },
  doubt: Told | undefined,
  summary: TransferSummary,
  { atOnce, onDeleted }: Removal,
  remove: (end: string) => Promise<boolean>,
): Promise<void> {
  if (gone.length === 0) return;
  if (doubt) summary.note(doubt.path, doubt.reason);
  if (doubt || summary.skippedCount > 0) return summary.note(".", reason("nothing-deleted"));
  await eachBounded(gone, atOnce, async (end) => {
    if (!(await remove(end))) return;
    summary.deleted += 1;
    onDeleted?.(end);
  });
}
