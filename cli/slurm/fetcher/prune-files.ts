import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import { parseJson } from "../../../protocol/parse-json.ts";
import { type JobFile, jobFileSchema } from "../job-file.ts";
import type { JobFiles } from "../job-files.ts";

/** So long the file of a job is kept after its results have come. */
const KEPT_MS = 30 * 86_400_000;

/** Files looked at, at a time. */
const AT_ONCE = 16;

/** Whether nobody needs the file of a job any more: its results came long ago. */
function isOver({ isOpen, results, resultsAt }: JobFile, now: number): boolean {
  return (
    !isOpen &&
    results === "fetched" &&
    resultsAt !== undefined &&
    now - Date.parse(resultsAt) > KEPT_MS
  );
}

/**
 * Removes the files of jobs whose results came more than 30 days ago: sacct does not show these jobs any more. Files that
 * were not written to for so long are the only ones that are read. What cannot be removed stays until the next time.
 *
 * @param folder with one file for each job
 * @param now milliseconds since 1970
 * @returns how many were removed
 */
export async function pruneFiles(
  folder: string,
  files: Pick<JobFiles, "write">,
  now: number,
): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const removed = await mapBounded(
    names.filter((name) => /^\d.*\.json$/.test(name)),
    AT_ONCE,
    (name) => prune(folder, name, { files, now }).catch(() => false),
  );
  return removed.filter(Boolean).length;
}

async function prune(
  folder: string,
  name: string,
  { files, now }: { files: Pick<JobFiles, "write">; now: number },
): Promise<boolean> {
  const path = join(folder, name);
  const { mtimeMs } = await stat(path);
  if (now - mtimeMs <= KEPT_MS) return false;
  const seen = await read(path);
  if (!seen || !isOver(seen, now)) return false;
  // An sbatch may write a new job of this id just now: what is removed is what was looked at.
  const aside = join(folder, `.${randomUUID()}`);
  await rename(path, aside);
  const taken = await read(aside);
  if (taken && !isOver(taken, now)) await files.write(taken);
  await rm(aside);
  return true;
}

async function read(path: string): Promise<JobFile | undefined> {
  return parseJson(jobFileSchema, await readFile(path, "utf8"));
}
