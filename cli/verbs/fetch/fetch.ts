import * as z from "zod";
import { STATUS_FILE } from "../../../protocol/objects.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import { downloadFolder } from "../../../transfer/download.ts";
import type { TransferSummary } from "../../../transfer/summary.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { noSuchJob, readState } from "../../jobs/job.ts";
import { formatBytes } from "../../output/format.ts";
import { reasonIn } from "../../output/skip-reason.ts";
import { Progress } from "../../ui/progress.ts";
import { printResult } from "../../ui/ui.ts";

export interface FetchFlags {
  /** Where to; undefined: a folder named after the prefix. */
  to?: string | undefined;
  /** Remove files here that are not in the bucket. */
  delete?: boolean | undefined;
  /** ETag by key of what the folder holds already, whatever was done to it since. */
  known?: ReadonlyMap<string, string> | undefined;
}

const count = z.int().nonnegative();

/** What `fetch --json` prints. */
export const fetchOutput = z.object({
  prefix: z.string(),
  to: z.string().describe("the folder"),
  files: count.describe("files fetched"),
  bytes: count.describe("bytes fetched"),
  unchanged: count.describe("files that were there already"),
  deleted: count.describe("with --delete: files that were removed here"),
  skipped: z
    .array(z.object({ path: z.string(), reason: z.string() }))
    .describe("objects that cannot be files here, at most 1000 of them"),
  skippedCount: count,
});
export type Fetched = z.infer<typeof fetchOutput>;

/**
 * `fetch PREFIX`: brings a job's files to a folder; those that are the same there are left alone.
 *
 * @throws CloudSubmitError `transfer` when some objects cannot be files here; the others were fetched
 */
export async function fetchVerb(
  context: Context,
  prefix: string,
  flags: FetchFlags,
): Promise<void> {
  const state = await readState(context.store, prefix);
  if (state === "absent") throw noSuchJob(prefix);
  if (state === undefined || !FINAL_STATES.has(state))
    context.err(
      context.say("fetch.unfinished", { prefix, state: state ?? context.say("status.unknown") }),
    );
  const fetched = await fetchJob(context, prefix, flags);
  printResult(context, fetched, () => [fetchedLine(context, fetched)]);
  if (fetched.skippedCount > 0) throw skippedError(fetched);
}

/** Fetches, and names what was left out; prints no result. */
export async function fetchJob(
  context: Context,
  prefix: string,
  flags: FetchFlags,
): Promise<Fetched> {
  const { say } = context;
  const { to = prefix, known } = flags;
  const progress = new Progress(context, say("progress.fetch"));
  context.interrupt.at(() => [say("interrupt.fetch", { prefix, folder: to })]);
  const summary: TransferSummary = await downloadFolder(context.store, prefix, to, {
    wanted: (path, { key, etag }) => path !== STATUS_FILE && known?.get(key) !== etag,
    outsideLinks: "follow",
    delete: flags.delete,
    hashCache: context.hashCache,
    machine: context.machine,
    ...progress.listener,
  });
  progress.end();
  for (const { path, text } of summary.notes) context.err(`${JSON.stringify(path)}: ${text}`);
  for (const { path, reason } of summary.skipped)
    context.err(
      say("fetch.skipped", { path: JSON.stringify(path), reason: reasonIn(say, reason) }),
    );
  const { files, bytes, unchanged, deleted, skipped, skippedCount } = summary;
  return { prefix, to, files, bytes, unchanged, deleted, skipped, skippedCount };
}

export function fetchedLine({ say }: Context, { files, bytes, to }: Fetched): string {
  return say("fetch.done", { files, bytes: formatBytes(bytes), folder: to });
}

/** The error when something could not be fetched. */
export function skippedError({ prefix, skippedCount }: Fetched): CommandError {
  return new CommandError("transfer", (say) =>
    say("problem.notFetched", { prefix, count: skippedCount }),
  );
}
