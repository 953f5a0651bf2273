import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ignore from "ignore";
import { SCRIPT_FILE } from "../../protocol/objects.ts";

/** The file in a folder that says what of it is not uploaded, in the syntax of .gitignore. */
export const IGNORE_FILE = ".cloudsubmitignore";

/** The library remembers every path that it was asked about; after so many it is replaced. */
const REMEMBERED_PATHS_MAX = 10_000;

/** Whether something below a folder is left out of transfers; `path` is relative, with `/`. */
export type IgnoreRules = (path: string, isFolder: boolean) => boolean;

/**
 * Rules from the text of an ignore file. As with git, case counts, and nothing below an ignored folder can
 * be taken in again. The job script is never ignored: without it there is no job.
 */
export function ignoreRules(text: string): IgnoreRules {
  // As some Windows editors write it.
  const patterns = text.replace(/^\uFEFF/, "");
  const fresh = () => ignore({ ignorecase: false }).add(patterns);
  let [rules, asked] = [fresh(), 0];
  return (path, isFolder) => {
    if (path === SCRIPT_FILE) return false;
    asked += 1;
    if (asked % REMEMBERED_PATHS_MAX === 0) rules = fresh();
    return rules.ignores(isFolder ? `${path}/` : path);
  };
}

/** The rules in a folder's ignore file; undefined when there is none. */
export async function readIgnoreRules(folder: string): Promise<IgnoreRules | undefined> {
  try {
    return ignoreRules(await readFile(join(folder, IGNORE_FILE), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
