import { join } from "node:path";
import ignore from "ignore";
import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { FileError } from "../../protocol/file-error.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import { decodeText } from "./decode-text.ts";

/** The file in a folder that says what of it is not transferred, in the syntax of .gitignore. */
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
  const patterns = rulesForLibrary(text.replace(/^\uFEFF/, ""));
  const fresh = () => ignore({ ignorecase: false }).add(patterns);
  let [rules, asked] = [fresh(), 0];
  return (path, isFolder) => {
    if (path === SCRIPT_FILE) return false;
    asked += 1;
    if (asked % REMEMBERED_PATHS_MAX === 0) rules = fresh();
    return rules.ignores(isFolder ? `${path}/` : path);
  };
}

/**
 * Rules as the library `ignore` takes them. Two stars between slashes at the end of a rule are any folder below for git, and any
 * file for the library; several of them, one after the other, are as one for git alone.
 */
export function rulesForLibrary(text: string): string {
  return text
    .replaceAll(/(?<=^!?\/?|\/)(\*\*\/){2,}/gm, "**/")
    .replaceAll(/\/\*\*\/(?= *\r?$)/gm, "/**/*/");
}

/** Why the lines of an ignore file that no path can fit cannot be read, in their order. */
export function* ruleProblems(text: string): Generator<Reason> {
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const values = { line: `${at + 1}`, rule: line.slice(0, 200) };
    if (line === "" || line.startsWith("#")) continue;
    const bare = line.replaceAll(/\\./gs, "");
    if (bare.endsWith("\\")) yield reason("rule-backslash", values);
    else if (/\[(?![!^]?\]?[^\]]*\])/.test(bare)) yield reason("rule-bracket", values);
    else if (hasRangeBackwards(bare)) yield reason("rule-range", values);
  }
}

function hasRangeBackwards(rule: string): boolean {
  const ranges = [...rule.matchAll(/\[[!^]?(\]?[^\]]*)\]/g)].flatMap(([, inside = ""]) => [
    // Names of classes, such as [:alpha:], are no ranges.
    ...inside.replaceAll(/\[:\w+:/g, "").matchAll(/([^-])-([^-])/g),
  ]);
  return ranges.some(([, from = "", to = ""]) => from > to);
}

/**
 * The rules in a folder's ignore file; undefined when there is none.
 *
 * @throws FileError naming the first line that cannot be read, or how the file is to be saved
 */
export async function readIgnoreRules(folder: string): Promise<IgnoreRules | undefined> {
  const path = join(folder, IGNORE_FILE);
  let bytes: Buffer;
  try {
    bytes = readSmallFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const text = decodeText(path, bytes);
  for (const problem of ruleProblems(text)) throw new FileError(path, problem);
  return ignoreRules(text);
}
