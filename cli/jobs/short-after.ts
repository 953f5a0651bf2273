import {
  AFTER_MAX,
  AFTER_METADATA_MAX_BYTES,
  type Dependency,
  formatAfter,
} from "../../protocol/after.ts";

/**
 * The metadata of a status object for runs that a new one begins after, as far as there is room.
 *
 * @param used bytes that options for sbatch take of the same metadata
 * @returns undefined: there are none, or they do not fit
 */
export function shortAfter(runs: readonly Dependency[], used: number): string | undefined {
  const text = runs.length > AFTER_MAX ? undefined : formatAfter(runs);
  return used + (text?.length ?? 0) > AFTER_METADATA_MAX_BYTES ? undefined : text;
}
