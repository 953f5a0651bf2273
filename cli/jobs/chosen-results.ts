import type { Manifest } from "../../protocol/manifest.ts";
import { writtenReason } from "../../protocol/reason.ts";
import { type PathRules, rulesProblem } from "../../transfer/names/chosen-paths.ts";
import { readResultRules } from "../../transfer/names/results-file.ts";
import { flagError } from "../errors/flag-error.ts";
import { reasonWords } from "../output/reason-words.ts";

/** Flags of submit. */
interface ResultFlags {
  results?: readonly string[] | undefined;
  noResults?: readonly string[] | undefined;
}

/**
 * Which results a submission chooses: by the flags, or else by the folder's own file; `noResults` holds beside both.
 *
 * @param folder undefined: there is none, but a script alone
 * @returns undefined when nobody says anything: all come back
 * @throws CloudSubmitError `usage`, naming the flag; FileError, naming the line
 */
export function chosenResults(
  { results, noResults }: ResultFlags,
  folder: string | undefined,
): Manifest["results"] {
  checkRules({ results, noResults });
  const only = results ?? (folder === undefined ? undefined : readResultRules(folder));
  if (only === undefined && noResults === undefined) return undefined;
  checkRules({ results: only, noResults });
  return { ...(only && { only: [...only] }), ...(noResults && { not: [...noResults] }) };
}

/**
 * Looks at rules that flags give, by the flags' names: the first chooses, the second leaves out.
 *
 * @throws CloudSubmitError `usage`, naming the flag
 */
export function checkRules(flags: Readonly<Record<string, readonly string[] | undefined>>): void {
  const [only, not] = Object.entries(flags);
  const check = (name: string, rules: PathRules) => {
    const problem = rulesProblem(rules);
    if (problem) throw flagError(name, (say) => reasonWords(say, writtenReason(problem)));
  };
  if (only) check(only[0], { only: withoutEmpty(only) });
  if (not) check(not[0], { only: only?.[1], not: withoutEmpty(not) });
}

function withoutEmpty([name, rules]: [string, readonly string[] | undefined]) {
  if (rules?.some((rule) => rule.trim() === ""))
    throw flagError(name, (say) => say("problem.emptyRule"));
  return rules;
}
