import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { removeIfAllowed } from "../../bucket/job-objects/remove-if-allowed.ts";
import type { ObjectWriter } from "../../bucket/object-store.ts";
import { keyOf } from "../../protocol/objects.ts";
import { type Reason, reason } from "../../protocol/reason.ts";

/** Objects removed at a time. */
const AT_ONCE = 8;

/** The system's own files stay whatever the job has made of their names. */
const SYSTEM_FILE = /^job-aws-/;

/**
 * Removes the inputs that cannot stand beside the job's results: files that became folders, and what was in folders
 * that became files. Otherwise both could not be fetched, and the next staging would take the old ones.
 *
 * @param inputs what was staged: paths, and "" for each that is an empty folder
 * @param results paths that were sent, and whether each is a file or a link, and no empty folder
 * @returns a note, when the bucket's policy does not let some be removed
 */
export async function removeStaleInputs(
  store: Pick<ObjectWriter, "delete">,
  prefix: string,
  inputs: ReadonlyMap<string, string>,
  results: ReadonlyMap<string, boolean>,
): Promise<Reason[]> {
  const folders = new Set<string>();
  for (const [path, isFile] of results)
    for (const folder of isFile ? foldersOf(path) : [path, ...foldersOf(path)]) folders.add(folder);
  const isFileNow = (path: string) => results.get(path) === true;
  const stale = [...inputs].flatMap(([path, mark]) => {
    const wasFolder = mark === "";
    const inTheWay = wasFolder ? isFileNow(path) : folders.has(path);
    if (SYSTEM_FILE.test(path) || !(inTheWay || foldersOf(path).some(isFileNow))) return [];
    return [keyOf(prefix, wasFolder ? `${path}/` : path)];
  });
  const stay: string[] = [];
  await eachBounded(stale, AT_ONCE, async (key) => {
    if (!(await removeIfAllowed(store, key))) stay.push(key.slice(prefix.length + 1));
  });
  const [path] = stay.toSorted();
  return path === undefined
    ? []
    : [reason("inputs-not-removed", { path, count: `${stay.length}` })];
}

/** The folders that a path is in: `a/b` and `a` for `a/b/c`. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    folders.push(path.slice(0, end));
  return folders;
}
