import { readClosing } from "../../bucket/job-objects/closing.ts";
import { readPresentManifest } from "../../bucket/job-objects/manifest.ts";
import type { ObjectEntry, ObjectStore } from "../../bucket/object-store.ts";
import type { From, Inputs } from "../../protocol/manifest.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
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
  const isResult = resultsOnly ? resultsOf(job, await sentFor(store, prefix, job)) : () => true;
  return {
    wants: (path, entry) => (chosen?.has(path) ?? true) && isResult(path, entry),
    isNamed: named !== undefined || resultsOnly === true,
    leavesAlone: chosen && ((path, isFolder) => !chosen.has(path, isFolder)),
    passesOver:
      chosen &&
      ((path, isFolder) => !chosen.has(path, isFolder) && !(isFolder && chosen.mayHold(path))),
  };
}

/** Objects that a job was sent with. */
interface Sent {
  /** Before it was asked for; undefined: it is not known. */
  inputs?: Inputs | undefined;
  /** Since then, by path. */
  late: Inputs;
  /** Results of other jobs among them. */
  from: readonly From[];
}

/** Reads what a job was sent with: one request, or two. */
export async function sentFor(store: ObjectStore, prefix: string, { record }: Job): Promise<Sent> {
  const manifest = await readPresentManifest(store, prefix);
  // No other submission has a closing object.
  const closing =
    manifest?.origins &&
    record &&
    (await readClosing(store, { prefix, submission: record.submission }));
  return {
    inputs: manifest?.inputs,
    late: new Map(closing?.inputs.map((input) => [input.path, input])),
    from: manifest?.from ?? [],
  };
}

/**
 * Whether an object is one that the agent wrote for the job: a listing does not show who wrote it, but when. Results are
 * newer than the request, and no newer than the final state; all three by S3's clock, in whole seconds. Within the second of the
 * request, the manifest tells the inputs.
 */
function resultsOf({ status, record }: Job, { inputs, late }: Sent) {
  const from = seconds(record?.times.requested);
  const isFinal = status.state !== undefined && FINAL_STATES.has(status.state);
  const to = isFinal ? seconds(status.lastModified) : undefined;
  return (path: string, { etag, lastModified }: ObjectEntry): boolean => {
    // Without a record of this submission there are no results of it.
    if (!record) return false;
    const at = seconds(lastModified);
    if (at !== undefined && to !== undefined && at > to) return false;
    if (late.get(path)?.etag === etag) return false;
    if (at !== undefined && from !== undefined && at !== from) return at > from;
    const input = inputs?.get(path);
    return inputs !== undefined && (input?.etag !== etag || input.source !== undefined);
  };
}

function seconds(time: Date | string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(new Date(time).getTime() / 1000);
}
