import type { VerbDescription } from "./verb.ts";

interface Given {
  prefix?: string | string[];
  dryRun?: boolean;
  list?: boolean;
}

/**
 * Whether a call is for a look only: it is over when nobody reads what it prints. Any other call goes on
 * to its end then, and its exit code tells of that.
 *
 * @param args by name, as the parser found them; a prefix with a colon is JOB:PATH, one file to print
 * @param flags likewise
 */
export function onlyPrints(
  { group }: Pick<VerbDescription, "group">,
  args: object,
  flags: object,
): boolean {
  const { prefix, dryRun, list } = { ...args, ...flags } as Given;
  const isFile = [prefix ?? []].flat().some((name) => name.includes(":"));
  return group === "looking" || dryRun === true || list === true || isFile;
}
