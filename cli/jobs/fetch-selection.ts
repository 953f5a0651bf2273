import type { ObjectEntry, ObjectStore } from "../../bucket/object-store.ts";
import { ChosenPaths } from "../../transfer/names/chosen-paths.ts";
import type { IgnoreRules } from "../../transfer/names/ignore-rules.ts";
import { CommandError } from "../errors/command-error.ts";
import { checkRules } from "./chosen-results.ts";
import type { Job } from "./read-job.ts";

/** Flags that choose among a job's objects. */
export interface SelectionFlags {
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  resultsOnly?: boolean | undefined;
  delete?: boolean | undefined;
}

/** Which of a job's objects are meant. */
export interface Selection {
  wants(path: string, entry: ObjectEntry): boolean;
  /** Something was chosen: it may be nothing at all. */
  isNamed: boolean;
  /** Paths here that were not chosen, and stay whatever the job has; undefined: there are none. */
  leavesAlone: IgnoreRules | undefined;
  /** Those of them that need no look, for folders: at nothing below them. */
  passesOver: IgnoreRules | undefined;
}

/**
 * Looks at the flags before anything is asked of the bucket.
 *
 * @throws CloudSubmitError `usage`
 */
export function checkSelection({ include, exclude, ...flags }: SelectionFlags): void {
  checkRules({ include, exclude });
  // Of a file that is here alone, nobody could tell whether it was a result.
  if (flags.resultsOnly && flags.delete)
    throw new CommandError("usage", (say) =>
      say("problem.notBoth", { one: "--results-only", other: "--delete" }),
    );
}

/** The selection that the flags make. With `resultsOnly` what was sent is read: one request, or two. */
export async function selectionOf(
  store: ObjectStore,
  prefix: string,
  job: Job,
  { include, exclude, resultsOnly }: SelectionFlags,
): Promise<Selection> {
  const named = include ?? exclude;
  const chosen = named && new ChosenPaths({ only: include, not: exclude });
  const isResult = resultsOnly
    ? await (await import("./sent-with.ts")).resultsOf(store, prefix, job)
    : () => true;
  return {
    wants: (path, entry) => (chosen?.has(path) ?? true) && isResult(path, entry),
    isNamed: named !== undefined || resultsOnly === true,
    leavesAlone: chosen && ((path, isFolder) => !chosen.has(path, isFolder)),
    passesOver:
      chosen &&
      ((path, isFolder) => !chosen.has(path, isFolder) && !(isFolder && chosen.mayHold(path))),
  };
}
