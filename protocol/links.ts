/**
 * Metadata key of the status object: how the client handles symbolic links among the results. `keep`: it
 * knows link objects; without it, as with every client but this project's, results hold copies.
 */
export const LINKS_METADATA = "links";

/** Value written by a client that knows link objects. */
export const LINKS_KEPT = "keep";

/** Whether results may hold link objects. */
export function keepsLinks(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[LINKS_METADATA] === LINKS_KEPT;
}
