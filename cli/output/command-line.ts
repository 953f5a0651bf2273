import { GLOBAL_FLAGS, type GlobalFlags } from "../global-flags.ts";
import { dashed, type Flag, type Flags, type VerbDescription } from "../verb.ts";
import { asArgument, shellWords } from "./shell-words.ts";

/** Values of a verb's arguments or flags, by name. */
type Given<All> = { readonly [Key in keyof All]?: unknown };

/**
 * A command of this program, to be copied from a terminal: made from the verb's description, so that every flag is known.
 *
 * @param global what the user gave for flags of every verb; it is repeated, or the command is for another bucket
 */
export function commandLine<Verb extends VerbDescription>(
  global: GlobalFlags,
  verb: Verb,
  args: Given<Verb["arguments"]>,
  flags: Given<Verb["flags"]> = {},
): string {
  return shellWords(["cloud-submit", ...commandWords(global, verb, args, flags)]);
}

/** Its words, after the program's name. */
export function commandWords(
  global: GlobalFlags,
  verb: VerbDescription,
  args: Given<VerbDescription["arguments"]>,
  flags: Given<Flags> = {},
): string[] {
  const words = verb.name.split(" ");
  const last: string[] = [];
  for (const [name, { afterDashes }] of Object.entries(verb.arguments)) {
    const values = [(args[name] ?? []) as string | string[]].flat();
    if (afterDashes) last.push(...values);
    else words.push(...values.map(asArgument));
  }
  words.push(...flagWords(verb.flags, flags), ...flagWords(GLOBAL_FLAGS, global));
  return last.length === 0 ? words : [...words, "--", ...last];
}

function flagWords(flags: Flags, given: Given<Flags>): string[] {
  return Object.entries(flags).flatMap(([name, flag]) => {
    const value = given[name];
    return value === undefined || value === false
      ? []
      : wordsOfFlag(`--${dashed(name)}`, flag, value);
  });
}

function wordsOfFlag(name: string, flag: Flag, value: unknown): string[] {
  if (value === true) return [name];
  if (flag.default !== undefined && String(value) === String(flag.default)) return [];
  return [value].flat().flatMap((one) => {
    const text = String(one);
    // By itself it would be taken for a flag.
    return text.startsWith("-") ? [`${name}=${text}`] : [name, text];
  });
}
