import { dependenciesOf } from "../../protocol/after.ts";
import { MANIFEST_MAX_BYTES, manifestOf, parseManifest } from "../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../protocol/objects.ts";
import { type ReadStore, readObject } from "../job-objects/read-object.ts";

/** A job that has not ended, and the metadata of the write that asked for it. */
export interface ActiveJob {
  prefix: string;
  metadata: Readonly<Record<string, string>>;
}

/**
 * The prefixes that a job which has not ended needs besides its own: those that its manifest names, and those that it waits
 * for. At most one request. A manifest that cannot be read names none: the agent cannot read it either.
 */
export async function namedPrefixes(
  store: ReadStore,
  { prefix, metadata }: ActiveJob,
): Promise<Set<string>> {
  const named = new Set(dependenciesOf(metadata).map((one) => one.prefix));
  const id = manifestOf(metadata);
  if (id === undefined || id === "unreadable") return named;
  const found = await readObject(store, keyOf(prefix, MANIFEST_FILE), MANIFEST_MAX_BYTES).catch(
    (error: unknown) => {
      if (error instanceof Error && error.name === "AccessDenied") return undefined;
      throw error;
    },
  );
  const manifest =
    found?.etag === id.etag && found.bytes
      ? parseManifest(found.bytes.toString("utf8"))
      : undefined;
  for (const { source } of manifest?.inputs.values() ?? [])
    if (source) named.add(source.key.slice(0, source.key.indexOf("/")));
  for (const other of [...(manifest?.from ?? []), ...(manifest?.after ?? [])])
    named.add(other.prefix);
  named.delete(prefix);
  return named;
}
