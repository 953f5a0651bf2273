import { hasMetadata, type MetadataItem } from "../bucket/has-metadata.ts";
import { READ_KEY_METADATA } from "../protocol/read-key.ts";

/** The metadata of objects with this read key. */
export function readKeyItem(readKey: string): MetadataItem {
  return { name: READ_KEY_METADATA, value: readKey };
}

/**
 * Whether an object's metadata has this read key: whoever names the key was shown the metadata, and so may read the
 * object.
 */
export function hasReadKey(metadata: Readonly<Record<string, string>>, readKey: string): boolean {
  return hasMetadata(metadata, readKeyItem(readKey));
}
