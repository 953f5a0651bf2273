import { type ParseArgsConfig, parseArgs } from "node:util";

/**
 * The options that a benchmark was called with. Ends the program, with one line, when there is no such option.
 *
 * @param options as for parseArgs of node:util
 */
export function askedFor<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  options: Options,
  args = process.argv.slice(2),
): ReturnType<typeof parseArgs<{ options: Options }>>["values"] {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const [line = ""] = (error as Error).message.split("\n");
    return refuse(line);
  }
}

/**
 * The number that an option gives; undefined when it was not given. Ends the program when it is none that counts something, so
 * that nothing is measured, or shown as reached, for what nobody meant.
 *
 * @param least the smallest that makes sense
 */
export function countOf(option: string, text: string, least?: number): number;
export function countOf(
  option: string,
  text: string | undefined,
  least?: number,
): number | undefined;
export function countOf(option: string, text: string | undefined, least = 1): number | undefined {
  if (text === undefined) return undefined;
  // 200e9 is one, too.
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  return refuse(`--${option}: give a whole number, at least ${least}, not "${text}"`);
}

/**
 * Ends the program when its results are to be saved although they are none of the page's.
 *
 * @param isSaved whether they are to be
 * @param others options of other courses, by name; what is not given is undefined or false
 */
export function refuseToSave(isSaved: boolean, others: Readonly<Record<string, unknown>>): void {
  const other = Object.entries(others).find(([, value]) => value !== undefined && value !== false);
  if (isSaved && other)
    refuse(`--save: with --${other[0]} nothing is measured that the page shows`);
}

/** Ends the program for an option that asks for nothing there is. */
export function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
