import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { keyOf, MANIFEST_FILE } from "../../protocol/objects.ts";
import { reasonText } from "../../protocol/reason.ts";
import type { ResultsVerdict } from "../../protocol/record.ts";
import { ChosenPaths, type PathRules, rulesProblem } from "../../transfer/names/chosen-paths.ts";
import { linesOf, RESULTS_FILE, rulesIn } from "../../transfer/names/results-file.ts";
import type { WalkEntry } from "../../transfer/walk.ts";
import { stagedText } from "./result-rules.ts";

/**
 * Rules for results that can be used: a job does not run for days, to bring back then what nobody has chosen.
 *
 * @param from the object they are in
 * @throws CloudSubmitError `stage-in-failed`, naming the first rule that cannot be used
 */
export function checkedRules<Rules extends PathRules>(
  rules: Rules | undefined,
  from: string,
): Rules | undefined {
  const problem = rules && rulesProblem(rules);
  // A line of a file is an item of a manifest's list.
  const isList = from.endsWith(`/${MANIFEST_FILE}`);
  const why = problem && reasonText(problem).replace(/^line (?=\d)/, isList ? "rule " : "$&");
  if (problem)
    throw new CloudSubmitError(
      "stage-in-failed",
      `${from}: the rules for results cannot be used: ${why}; correct them, and submit again`,
    );
  return rules;
}

/**
 * The rules in the file that was staged, of a submission without a manifest; read before the job begins, which so cannot
 * change them. undefined: there is no such file.
 *
 * @throws CloudSubmitError `stage-in-failed` when they cannot be used
 */
export async function stagedResultRules(
  folder: string,
  prefix: string,
): Promise<{ only: string[] } | undefined> {
  const text = await stagedText(folder, RESULTS_FILE);
  const lines = linesOf(text ?? "");
  checkedRules({ only: lines }, keyOf(prefix, RESULTS_FILE));
  const only = rulesIn(lines);
  return only && { only };
}

/** Lets through the results that a submission chooses, and counts the others. */
export class ChosenResults {
  readonly #chosen: ChosenPaths | undefined;
  readonly #isSettled: (path: string, stats: FileStats) => boolean;
  readonly #not = { files: 0, bytes: 0 };

  /**
   * @param rules undefined: everything is chosen
   * @param isSettled whether a path is no result, or sent already, whatever the rules say
   */
  constructor(
    rules: PathRules | undefined,
    isSettled: (path: string, stats: FileStats) => boolean,
  ) {
    this.#chosen = rules && new ChosenPaths(rules);
    this.#isSettled = isSettled;
  }

  async *of(entries: AsyncIterable<WalkEntry>): AsyncGenerator<WalkEntry> {
    for await (const entry of entries) if (this.#lets(entry)) yield entry;
  }

  /** Of a record's stageOut: what was not chosen, if there are rules. */
  told(): Pick<ResultsVerdict, "notChosen"> {
    return this.#chosen ? { notChosen: this.#not } : {};
  }

  #lets(entry: WalkEntry): boolean {
    if (!this.#chosen) return true;
    const { path } = entry;
    if (entry.kind === "empty-folder") return this.#chosen.has(path, true);
    // It may be a folder, in which nothing could be seen.
    if (entry.kind === "skipped") return this.#chosen.has(path) || this.#chosen.mayHold(path);
    if (this.#isSettled(path, entry.stats) || this.#chosen.has(path)) return true;
    this.#not.files += 1;
    this.#not.bytes += Number(entry.stats.size);
    return false;
  }
}
