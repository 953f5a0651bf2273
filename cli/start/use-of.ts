import { basename } from "node:path";

/**
 * What the program is called for: the name that it is called by, and its first word, which is the verb.
 *
 * @param argv the whole command line, from the interpreter on
 */
export function useOf([, program = "", ...args]: readonly string[]): string {
  return `${basename(program)} ${args.find((argument) => !argument.startsWith("-")) ?? ""}`;
}
