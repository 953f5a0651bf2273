/**
 * Proof of the right to read: S3 shows an object's metadata to those alone who may read it. 128 bits or more, by chance.
 */
export const READ_KEY_PATTERN = /^[A-Za-z0-9_-]{22,64}$/;

/** Metadata key of an object that other submissions may name as an input. */
export const READ_KEY_METADATA = "read-key";

/** The read key in an object's metadata; undefined: none, or none that can be one. */
export function readKeyOf(
  metadata: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const found = metadata?.[READ_KEY_METADATA];
  return found !== undefined && READ_KEY_PATTERN.test(found) ? found : undefined;
}
