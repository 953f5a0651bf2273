import {
  ALLOWED,
  HEAD_NODE_FILES,
  HOST_LISTS,
  LETTERS,
  REFUSED,
} from "../../protocol/sbatch-option-table.ts";

/**
 * The option among words such as those of `#SBATCH` lines that has sbatch read a file where it runs, which is on
 * the Head Node and as the agent's user; undefined: there is none. In doubt, a word is taken for an option: sbatch
 * knows what is a value, and this only has to miss nothing.
 */
export function headNodeFile(words: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    const next = words[at + 1] ?? "";
    const long = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    const found = long
      ? longOption(long[1] ?? "", long[2] ?? next)
      : /^-[^-]/.test(word)
        ? letters(word.slice(1), next)
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** getopt_long(3) takes the beginning of a name for the name. */
function longOption(written: string, value: string): string | undefined {
  const isWhole = ALLOWED.has(written) || Object.hasOwn(REFUSED, written);
  const means = (name: string) => (isWhole ? name === written : name.startsWith(written));
  return HEAD_NODE_FILES.find(means) ?? (value.includes("/") ? HOST_LISTS.find(means) : undefined);
}

/** Letters that stand together: the first one with a value takes the rest for it, or the next word. */
function letters(together: string, next: string): string | undefined {
  for (let at = 0; at < together.length; at++) {
    const name = LETTERS[together.charAt(at)];
    if (name === undefined) continue;
    const rest = together.slice(at + 1);
    const found = longOption(name, rest === "" ? next : rest);
    if (found !== undefined) return found;
    if (ALLOWED.get(name) === "required") return undefined;
  }
  return undefined;
}
