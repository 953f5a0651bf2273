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
