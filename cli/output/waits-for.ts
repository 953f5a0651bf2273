import { type Dependency, formatDependency } from "../../protocol/after.ts";

/**
 * Names of the jobs that one waits for, with their conditions as --after takes them.
 *
 * @param most so many are named; of the others there is the number
 */
export function waitsForWords(waitsFor: readonly Dependency[], most = waitsFor.length): string {
  const names = waitsFor
    .slice(0, most)
    .map(({ prefix, condition }) => formatDependency({ prefix, condition }))
    .join(", ");
  return waitsFor.length > most ? `${names} +${waitsFor.length - most}` : names;
}
