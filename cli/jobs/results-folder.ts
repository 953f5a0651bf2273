import { readdir } from "node:fs/promises";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { shownPath } from "../output/shown-path.ts";

/** A folder that results are to go into. */
export interface ResultsFolder {
  path: string;
  /** The user named it; else it is the one that results go into by themselves. */
  named: boolean;
  /** Prefix of the job whose files may be there without a download having made the folder: it was submitted from there. */
  sentAs?: string | undefined;
}

type Has = Pick<Context, "bucket" | "copyStates">;

/**
 * Looks whether results may go into a folder: into one that is not ours only when the user named it.
 *
 * @returns what is known of the folder
 * @throws CloudSubmitError `usage`, saying what to give instead
 */
export async function checkResultsFolder(
  { bucket, copyStates }: Has,
  { path, named, sentAs }: ResultsFolder,
): Promise<LocalCopies> {
  const isEmpty = (await namesIn(path)).length === 0;
  const copies = await LocalCopies.open(copyStates, path);
  if (isEmpty) copies.made = true;
  const wasSent = sentAs !== undefined && copies.sentJob === jobOf(bucket, sentAs);
  if (!named && !copies.made && !wasSent)
    throw new CommandError("usage", (say) => say("problem.folderNotOurs", { path }));
  return copies;
}

/**
 * Makes the folder, and says what is known of it: from the beginning, so that an interrupted download can go on in it.
 *
 * @throws as checkResultsFolder
 */
export async function openResultsFolder(
  context: Has & Pick<Context, "now">,
  folder: ResultsFolder,
): Promise<LocalCopies> {
  const { made } = await checkResultsFolder(context, folder);
  await makeFolder(folder.path).catch((error: unknown) => unusable(folder.path, error));
  const copies = await LocalCopies.open(context.copyStates, folder.path);
  if (made && !copies.made) {
    copies.made = made;
    await copies.save(context.now().getTime());
  }
  return copies;
}

/** How a job is named in what is known of a folder. */
export function jobOf(bucket: string, prefix: string): string {
  return `${bucket}/${prefix}`;
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? [] : unusable(path, error);
  }
}

/** Errors that say that something else has the folder's name. */
const TAKEN: ReadonlySet<string> = new Set(["EEXIST", "ENOTDIR"]);
/** Errors that say that there can be no such folder, or that this user cannot use it. */
const UNUSABLE: ReadonlySet<string> = new Set(
  "EACCES EINVAL ELOOP ENAMETOOLONG ENOENT EPERM EROFS".split(" "),
);

/** @throws CloudSubmitError `usage` for a folder that another one is to be given for; else the error */
function unusable(path: string, error: unknown): never {
  const { code = "" } = error as NodeJS.ErrnoException;
  const shown = shownPath(path);
  if (TAKEN.has(code))
    throw new CommandError("usage", (say) => say("problem.notAFolder", { path: shown }));
  if (!UNUSABLE.has(code)) throw error;
  throw new CommandError("usage", (say) => say("problem.folderUnusable", { path: shown, code }));
}
