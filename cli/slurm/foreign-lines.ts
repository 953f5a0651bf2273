import type { directiveLines } from "../../protocol/script-directives.ts";
import type { SbatchOptions } from "./args.ts";
import { slurmError } from "./slurm-error.ts";

/** Lines of another system that sbatch translates. Source: sbatch 22.05. */
interface Foreign {
  mark: RegExp;
  /** Letters without a value. */
  bare: string;
  /** Letters of options that are read on this machine; all others are left to the cluster's sbatch. */
  means: Readonly<Record<string, string>>;
}

const BOTH = { e: "error", o: "output", q: "partition" };
const PBS: Foreign = {
  mark: /^#PBS/,
  bare: "hIVz",
  means: { ...BOTH, J: "array", N: "job-name", h: "hold", t: "array" },
};
const BSUB: Foreign = {
  mark: /^#BSUB/,
  bare: "x",
  means: { ...BOTH, J: "job-name", c: "chdir" },
};

/** They are looked for between so many lines of commands at most: seen on 22.05. */
const COMMANDS_MAX = 100;

/**
 * Options with those of a script's `#PBS` or `#BSUB` lines: these count before the ones of `#SBATCH`, and after all others. A
 * script with both has those of `#BSUB` alone. Seen on 22.05.
 *
 * @param linesOf the function, which is loaded anyway: this file, which is seldom needed, loads little
 * @throws SlurmError for a job that is to be held
 */
export function withForeign(
  options: SbatchOptions,
  script: string,
  linesOf: typeof directiveLines,
): SbatchOptions {
  const { given, inScript } = options;
  if (given.has("ignore-pbs") || inScript.has("ignore-pbs")) return options;
  const lines = linesBefore(script);
  const has = ({ mark }: Foreign) => lines.some((line) => mark.test(line));
  const system = [BSUB, PBS].find(has);
  if (!system) return options;
  const text = lines.filter((line) => system.mark.test(line)).join("\n");
  const words = linesOf(text, system.mark).flatMap((line) => line.words);
  const found = meanings(words, system);
  if (found.has("hold"))
    throw slurmError("sbatch", "#PBS -h is not possible here: jobs cannot be released from here");
  return { ...options, given: new Map([...found, ...given]), foreign: found };
}

/** The comments of a script up to where they are looked for. */
function linesBefore(script: string): string[] {
  const found: string[] = [];
  let commands = 0;
  for (const line of script.split("\n")) {
    if (line.startsWith("#")) found.push(line);
    else if (++commands > COMMANDS_MAX) break;
  }
  return found;
}

/** The options of this machine among such words, the last one of each. What is none is left to the cluster's sbatch. */
function meanings(words: readonly string[], { bare, means }: Foreign): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] === "-cwd" ? "-c" : (words[at] ?? "");
    if (!/^-[A-Za-z]/.test(word)) continue;
    let rest = word.slice(1);
    while (rest !== "") {
      const letter = rest.charAt(0);
      rest = rest.slice(1);
      const isBare = bare.includes(letter);
      const value = isBare ? "" : rest === "" ? words[++at] : rest;
      if (Object.hasOwn(means, letter) && value !== undefined)
        found.set(means[letter] ?? "", value);
      if (!isBare) break;
    }
  }
  return found;
}
