import { SlurmError } from "../slurm-error.ts";

/** One option of a command. */
export interface ViewOption {
  /** Long names, without their hyphens; the first one is the key of its value. */
  names: readonly string[];
  /** Letters. */
  letters?: string;
  /** Whether it takes a value; "maybe": only one that stands in the same word. */
  value?: "yes" | "maybe";
  /** Its last word, where it cannot work: why not, and what to do. */
  refused?: string;
}

/** A command line that was read. */
export interface ParsedOptions {
  /** Values by the option's first name, in order; "" for one without a value. */
  values: ReadonlyMap<string, readonly string[]>;
  /** Words that are no options, in order. */
  rest: readonly string[];
}

/** How a command ends a complaint about its options; a line, or nothing. */
export interface OptionStyle {
  command: string;
  options: readonly ViewOption[];
  /** Printed after a complaint, as `Try "squeue --help" for more information`. */
  hint?: string;
}

/**
 * Reads a command line as `getopt_long` of glibc does, with its words: options and arguments in any order, letters together,
 * long names shortened as far as they are clear, `--` before what is no option.
 *
 * @throws SlurmError with exit code 1
 */
export function parseOptions(args: readonly string[], style: OptionStyle): ParsedOptions {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  const words = [...args];
  const take = (option: ViewOption, shown: string, value: string) => {
    if (option.refused !== undefined)
      throw new SlurmError([
        `${style.command}: error: ${shown} cannot work here: ${option.refused}`,
      ]);
    const [key = ""] = option.names;
    values.set(key, [...(values.get(key) ?? []), value]);
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "--") {
      rest.push(...words.splice(0));
    } else if (word.startsWith("--")) {
      const [name = "", ...after] = word.slice(2).split("=");
      const option = findLong(name, style);
      let value: string | undefined = after.length > 0 ? after.join("=") : undefined;
      const shown = `--${option.name}`;
      if (value !== undefined && option.value === undefined)
        throw bad(style, `option '${shown}' doesn't allow an argument`);
      if (value === undefined && option.value === "yes") value = words.shift();
      if (value === undefined && option.value === "yes")
        throw bad(style, `option '${shown}' requires an argument`);
      take(option, shown, value ?? "");
    } else if (word.startsWith("-") && word.length > 1) {
      for (let letters = word.slice(1); letters !== ""; ) {
        const letter = letters[0] ?? "";
        letters = letters.slice(1);
        const option = style.options.find((one) => one.letters?.includes(letter));
        if (!option) throw bad(style, `invalid option -- '${letter}'`);
        let value: string | undefined;
        if (option.value !== undefined && letters !== "") {
          value = letters;
          letters = "";
        } else if (option.value === "yes") value = words.shift();
        if (value === undefined && option.value === "yes")
          throw bad(style, `option requires an argument -- '${letter}'`);
        take(option, `-${letter}`, value ?? "");
      }
    } else rest.push(word);
  }
  return { values, rest };
}

/** The option of a long name, which may be shortened. */
function findLong(name: string, style: OptionStyle): ViewOption & { name: string } {
  const all = style.options.flatMap((option) =>
    option.names.map((one) => ({ ...option, name: one, of: option })),
  );
  const exact = all.find((one) => one.name === name);
  if (exact) return exact;
  const possible = all.filter((one) => one.name.startsWith(name));
  const [first] = possible;
  if (!first) throw bad(style, `unrecognized option '--${name}'`);
  if (possible.some((one) => one.of !== first.of)) {
    const names = possible.map((one) => `'--${one.name}'`).join(" ");
    throw bad(style, `option '--${name}' is ambiguous; possibilities: ${names}`);
  }
  return first;
}

function bad({ command, hint }: OptionStyle, complaint: string): SlurmError {
  return new SlurmError([`${command}: ${complaint}`, ...(hint === undefined ? [] : [hint])]);
}

/** The last value of an option; undefined: it was not given. */
export function lastValue({ values }: ParsedOptions, name: string): string | undefined {
  return values.get(name)?.at(-1);
}

/** The words of a list with commas, without empty ones; undefined: the list was not given. */
export function listOf(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
