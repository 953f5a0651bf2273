import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { FileError } from "../../protocol/file-error.ts";
import { type Input, READ_KEY_METADATA } from "../../protocol/manifest.ts";
import { PROTOCOL_FILES } from "../../protocol/objects.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { readIgnoreRules } from "../../transfer/names/ignore-rules.ts";
import { uploadEntries, uploadFolder } from "../../transfer/upload.ts";
import type { Context } from "../context.ts";
import { aboutFile, CommandError } from "../errors/command-error.ts";
import { type JobSource, jobSource, scriptEntries } from "../jobs/job-source.ts";
import { jobOf } from "../jobs/results-folder.ts";
import { reasonWords } from "../output/reason-words.ts";
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
    const isThere = await lstat(at).then(
      () => true,
      () => false,
    );
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
  const inputs: Input[] = [];
  const progress = new Progress(context, context.say("progress.upload"));
  const watched = {
    onObject: (object: Input) => void inputs.push(object),
    machine: context.machine,
    metadata: { [READ_KEY_METADATA]: readKey },
    ...progress.listener,
  };
  const { path } = source;
  const copies =
    source.kind === "folder" ? await LocalCopies.open(context.copyStates, path) : undefined;
  if (copies) copies.job = jobOf(context.bucket, name);
  const summary =
    source.kind === "script"
      ? await uploadEntries(context.store, scriptEntries(source), name, watched)
      : await uploadFolder(context.store, path, name, {
          outsideLinks: "follow",
          wanted: (file) => !PROTOCOL_FILES.has(file) && !ROW_FILES.has(file),
          ignore: await readIgnoreRules(path).catch((error: unknown) => {
            throw error instanceof FileError ? aboutFile("usage", error) : error;
          }),
          hashCache: context.hashCache,
          ...watched,
          copies,
        });
  progress.end();
  await copies?.save(context.now().getTime());
  const [first] = summary.skipped;
  if (first)
    throw new CommandError(
      "transfer",
      (say) => `${JSON.stringify(first.path)}: ${reasonWords(say, first)}`,
      { skipped: summary.skipped },
    );
  const { files, bytes } = summary;
  return { inputs, files, bytes };
}
