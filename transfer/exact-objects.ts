import type { ObjectEntry } from "../bucket/object-store.ts";
import type { Input, Inputs } from "../protocol/manifest.ts";

/** The objects that a manifest names, as a listing would. */
export async function* entriesOf(inputs: Inputs, prefix: string): AsyncGenerator<ObjectEntry> {
  for (const { path, size, etag } of inputs.values())
    yield { key: `${prefix}/${path}`, size, etag, lastModified: undefined };
}

/**
 * The submitter's word on an object besides its bytes, in place of the object's own: another client may have
 * written the same bytes with another mode.
 *
 * @returns undefined when the submitter says nothing
 */
export function saidMetadata(input: Input | undefined): Record<string, string> | undefined {
  const { mode, mtime, symlink } = input ?? {};
  if (mode === undefined && mtime === undefined && symlink === undefined) return undefined;
  return {
    ...(mode !== undefined && { mode }),
    ...(mtime !== undefined && { mtime }),
    ...(symlink !== undefined && { symlink }),
  };
}
