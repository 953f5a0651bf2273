import { createHash, timingSafeEqual } from "node:crypto";
import { READ_KEY_METADATA } from "../protocol/manifest.ts";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Whether an object's metadata has this read key: whoever names the key was shown the metadata, and so may read the
 * object. It takes the same time whatever the two keys have in common.
 */
export function hasReadKey(metadata: Readonly<Record<string, string>>, readKey: string): boolean {
  const own = Object.hasOwn(metadata, READ_KEY_METADATA) ? metadata[READ_KEY_METADATA] : undefined;
  return own !== undefined && timingSafeEqual(digest(own), digest(readKey));
}
