import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { succeeds } from "../../bucket/flow/succeeds.ts";
import { type Input } from "../../protocol/manifest.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { carrySource, refuseSkipped } from "../jobs/carry-source.ts";
import { type JobSource, jobSource } from "../jobs/job-source.ts";
import { Progress } from "../ui/progress.ts";
import { ROW_FILES, ROW_SCRIPT, ROW_SCRIPT_BEGINNING } from "./row-files.ts";

/**
 * A folder or script that all rows have in common. Files of an earlier sweep, as a fetch brings them, are no part of it.
 *
 * @throws CloudSubmitError as jobSource; `usage` when a user's own file is called as one that a sweep makes
 */
export async function sweepTemplate(path: string): Promise<JobSource> {
  const source = await jobSource(path);
  if (source.kind === "script" || isOurs(join(path, ROW_SCRIPT))) return source;
  for (const name of ROW_FILES) {
    const at = join(path, name);
    const isThere = await succeeds(lstat(at));
    if (isThere) throw new CommandError("usage", (say) => say("sweep.fileIsThere", { path: at }));
  }
  return source;
}

function isOurs(script: string): boolean {
  try {
    return readSmallFile(script).toString().startsWith(ROW_SCRIPT_BEGINNING);
  } catch {
    return false;
  }
}

/**
 * Uploads a template below the name of its sweep, for many submissions to name. What is there with the same content stays.
 *
 * @returns its objects, and how much was sent
 * @throws CloudSubmitError `transfer` when a file cannot be uploaded
 */
export async function uploadTemplate(
  context: Context,
  source: JobSource,
  name: string,
  readKey: string,
): Promise<{ inputs: Input[]; files: number; bytes: number }> {
  const progress = new Progress(context, "upload");
  const { inputs, summary } = await carrySource(context, source, name, {
    others: [],
    without: ROW_FILES,
    readKey,
    listener: progress.listener,
  });
  progress.end();
  refuseSkipped(summary, "problem.notUploaded");
  const { files, bytes } = summary;
  return { inputs, files, bytes };
}
