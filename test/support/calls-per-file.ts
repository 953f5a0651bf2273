import { countFiles } from "./counted-files.ts";

/** The calls of the file system are counted from here on: modules that make them are loaded afterwards. */
export const calls = countFiles();
const { Disk } = await import("../../bucket/disk/disk.ts");
const { newMachine } = await import("../../bucket/machine.ts");

/** A disk that never seems slow: each call is made at once, and so counted as itself. */
export const countedMachine = { ...newMachine(), disk: new Disk(() => 0) };

/** Longer than a file may change without a trace in its times, in milliseconds. */
export const LATER_MS = 10_000;

/**
 * The calls of the file system that each further file takes: what is done once for all of them is left out.
 *
 * @param run does the work for so many files, and returns its calls by function
 */
export async function callsPerFile(
  run: (files: number) => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const [few, many] = [4, 14];
  // Settings are read, and modules loaded, the first time.
  await run(few);
  const [less, more] = [await run(few), await run(many)];
  const calls = Object.keys(more)
    .filter((name) => name !== "names")
    .map((name) => [name, ((more[name] ?? 0) - (less[name] ?? 0)) / (many - few)] as const);
  return Object.fromEntries(calls.filter(([, each]) => each !== 0));
}
