import { createHash, timingSafeEqual } from "node:crypto";

/** One item of an object's user metadata. */
export interface MetadataItem {
  /** In lower case. */
  name: string;
  value: string;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Whether metadata has an item. It takes the same time whatever the two values have in common: one may be a secret. */
export function hasMetadata(
  metadata: Readonly<Record<string, string>>,
  { name, value }: MetadataItem,
): boolean {
  const own = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  return own !== undefined && timingSafeEqual(digest(own), digest(value));
}
