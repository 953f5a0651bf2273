import { MANIFEST_MAX_BYTES, parseManifest } from "../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../protocol/objects.ts";
import { type ReadStore, readText } from "./read-object.ts";

/**
 * The read key of the submission that was made last under a prefix: one request. Undefined when its manifest has none, or
 * there is no manifest that can be read.
 */
export async function readReadKey(store: ReadStore, prefix: string): Promise<string | undefined> {
  const text = await readText(store, keyOf(prefix, MANIFEST_FILE), MANIFEST_MAX_BYTES);
  return text === undefined ? undefined : parseManifest(text)?.readKey;
}
