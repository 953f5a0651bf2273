import { join } from "node:path";
import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { FileError } from "../../protocol/file-error.ts";
import { rulesProblem } from "./chosen-paths.ts";
import { decodeText } from "./decode-text.ts";

/** The file in a folder that says which of its job's results come back: rules as in .gitignore, `!` for those that do not. */
export const RESULTS_FILE = ".cloudsubmitresults";

/**
 * The rules in a folder's file; undefined when there is none, or none in it.
 *
 * @throws FileError naming the first line that cannot be used, or how the file is to be saved
 */
export function readResultRules(folder: string): string[] | undefined {
  const path = join(folder, RESULTS_FILE);
  let bytes: Buffer;
  try {
    bytes = readSmallFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const lines = linesOf(decodeText(path, bytes));
  const problem = rulesProblem({ only: lines });
  if (problem) throw new FileError(path, problem);
  return rulesIn(lines);
}

/** The lines of such a file's text. */
export function linesOf(text: string): string[] {
  // As some Windows editors write it.
  return text.replace(/^\uFEFF/, "").split(/\r?\n/);
}

/** The rules among lines; undefined when there is none. */
export function rulesIn(lines: readonly string[]): string[] | undefined {
  const rules = lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return rules.length > 0 ? rules : undefined;
}
