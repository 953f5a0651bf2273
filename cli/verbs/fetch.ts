import { CloudSubmitError } from "../../protocol/error.ts";
import { STATUS_FILE } from "../../protocol/objects.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { downloadFolder } from "../../transfer/download.ts";
import type { Context } from "../context.ts";
import { formatBytes } from "../format.ts";
import { noSuchJob, readState } from "../job.ts";

export interface FetchFlags {
  /** Where to; undefined: a folder named after the prefix. */
  to?: string | undefined;
  /** ETag by key of what the folder holds already, whatever was done to it since. */
  known?: ReadonlyMap<string, string> | undefined;
}

/** `fetch PREFIX`: brings a job's files to a folder; those that are the same there are left alone. */
export async function fetchJob(context: Context, prefix: string, flags: FetchFlags): Promise<void> {
  const { store } = context;
  const state = await readState(store, prefix);
  if (state === "absent") throw noSuchJob(prefix);
  if (state === undefined || !FINAL_STATES.has(state))
    context.err(`${prefix} is ${state ?? "without a state"}: these are not its final results`);
  const folder = flags.to ?? prefix;
  const summary = await downloadFolder(store, prefix, folder, {
    wanted: (path, { key, etag }) => path !== STATUS_FILE && flags.known?.get(key) !== etag,
    outsideLinks: "follow",
    hashCache: context.hashCache,
  });
  context.out(`Fetched ${summary.files} files, ${formatBytes(summary.bytes)}, into ${folder}`);
  for (const { path, text } of summary.notes) context.err(`${JSON.stringify(path)}: ${text}`);
  for (const { path, reason } of summary.skipped)
    context.err(`left out ${JSON.stringify(path)}: ${reason}`);
  if (summary.skippedCount > 0)
    throw new CloudSubmitError(
      "transfer",
      `${summary.skippedCount} objects of ${prefix} cannot be files here`,
    );
}
