import { slurmError } from "./slurm-error.ts";

/** Words that stand for no variable. Source: sbatch(1), --export; srun(1) has NIL. */
const WORDS: ReadonlySet<string> = new Set(["ALL", "NONE", "NIL"]);

/**
 * The value of --export for a job elsewhere: a variable without a value gets the one that it has here, and is left out where
 * it has none, as by sbatch. `ALL` is all that there is on the cluster: nothing of this machine's environment is sent that
 * is not named.
 *
 * @returns undefined when nothing is left of it
 * @throws SlurmError for a value that cannot be written there
 */
export function exportedVariables(text: string, env: NodeJS.ProcessEnv): string | undefined {
  const parts = partsOf(text).flatMap((part) => {
    if (part === "") return [];
    if (WORDS.has(part.toUpperCase())) return [part.toUpperCase()];
    if (part.includes("=")) return [part];
    const value = env[part];
    return value === undefined ? [] : [`${part}=${written(part, value)}`];
  });
  if (parts.length > 0) return parts.join(",");
  // Every one that was named has no value here: none is to be there.
  return text === "" ? undefined : "NONE";
}

/** The parts between commas that are not in quotes. */
function partsOf(text: string): string[] {
  return text.match(/(?:[^,"']|"[^"]*"|'[^']*'|["'])+/g) ?? [];
}

/** A value of this machine, in quotes where sbatch would end it at a comma. */
function written(name: string, value: string): string {
  if (!/[,"'\p{Cc}]/u.test(value)) return value;
  if (/['\p{Cc}]/u.test(value))
    throw slurmError(
      "sbatch",
      `--export: the value of ${name} has a quote or a control character, which cannot be handed on: set it in the script`,
    );
  return `'${value}'`;
}
