import { basename } from "node:path";

/**
 * The use that a program is called for: its own name, and its first word, which is the verb; of help, "help".
 *
 * @param argv the whole command line, from the interpreter on
 */
export function useOf([, program = "", ...args]: readonly string[]): string {
  const isHelp = args.some((argument) => argument === "--help" || argument === "-h");
  const word = isHelp ? "help" : args.find((argument) => !argument.startsWith("-"));
  return `${basename(program)} ${word ?? ""}`;
}
