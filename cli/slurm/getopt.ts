import type { OptionValue } from "../../protocol/sbatch-option-table.ts";
import { SlurmError } from "./slurm-error.ts";

/** Options that a command takes. */
export interface OptionTable {
  /** Names without dashes, and whether each has a value. */
  long: ReadonlyMap<string, OptionValue>;
  /** The letters that stand for some of them. */
  letters: Readonly<Record<string, string>>;
  /** Options after the first other word count, too. */
  anywhere?: boolean;
}

/** One option as it was given, under its whole name. */
export interface GivenOption {
  name: string;
  /** undefined: it has none. */
  value?: string | undefined;
}

/** Options in their order, and the other words. */
export interface GivenWords {
  options: GivenOption[];
  words: string[];
}

/** The exit code of Slurm's commands for an option that is none: seen on 22.05. */
const USAGE_EXIT = 255;

/**
 * Reads options as Slurm's commands do, by getopt_long(3): `--name value`, `--name=value`, abbreviations of one meaning,
 * `-Nvalue`, several letters in one word, and `--`, after which there are no more.
 *
 * @param program the command's name, for its errors
 * @throws SlurmError in the words of getopt_long for an option that is none, or lacks its value
 */
export function getopt(
  program: string,
  argv: readonly string[],
  { long, letters, anywhere = false }: OptionTable,
): GivenWords {
  const found: GivenWords = { options: [], words: [] };
  const usage = (line: string) =>
    new SlurmError(
      [`${program}: ${line}`, `Try "${program} --help" for more information`],
      USAGE_EXIT,
    );
  let at = 0;
  const next = () => argv[++at];
  const readLong = (text: string) => {
    const [, given = "", joined] = /^([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
    const name = wholeName(given, long, usage);
    const kind = long.get(name);
    if (kind === "none" && joined !== undefined)
      throw usage(`option '--${name}' doesn't allow an argument`);
    const value = kind === "required" ? (joined ?? next()) : joined;
    if (kind === "required" && value === undefined)
      throw usage(`option '--${name}' requires an argument`);
    found.options.push({ name, value });
  };
  const readLetters = (text: string) => {
    for (let rest = text; rest !== ""; ) {
      const letter = rest.charAt(0);
      rest = rest.slice(1);
      const name = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
      if (name === undefined || !long.has(name)) throw usage(`invalid option -- '${letter}'`);
      const kind = long.get(name);
      if (kind === "none") {
        found.options.push({ name });
        continue;
      }
      const value = rest !== "" ? rest : kind === "required" ? next() : undefined;
      if (kind === "required" && value === undefined)
        throw usage(`option requires an argument -- '${letter}'`);
      found.options.push({ name, value });
      rest = "";
    }
  };
  for (; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      found.words.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith("--")) readLong(word.slice(2));
    else if (word.startsWith("-") && word !== "-") readLetters(word.slice(1));
    else if (anywhere) found.words.push(word);
    else {
      found.words.push(...argv.slice(at));
      break;
    }
  }
  return found;
}

/** The option that a name, or its beginning, stands for. */
function wholeName(
  given: string,
  long: OptionTable["long"],
  usage: (line: string) => SlurmError,
): string {
  if (long.has(given)) return given;
  const fitting = [...long.keys()].filter((name) => name.startsWith(given)).toSorted();
  const [one, ...others] = fitting;
  if (one === undefined) throw usage(`unrecognized option '--${given}'`);
  if (others.length > 0) {
    const names = fitting.map((name) => `'--${name}'`).join(" ");
    throw usage(`option '--${given}' is ambiguous; possibilities: ${names}`);
  }
  return one;
}

/** The value that counts of an option that is given several times: the last one. Undefined: it is not given. */
export function lastOf(options: readonly GivenOption[], name: string): GivenOption | undefined {
  return options.findLast((one) => one.name === name);
}
