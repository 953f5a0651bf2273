const MiB = 1024 * 1024;

/** Files up to this many bytes go up in one request. */
export const SINGLE_PUT_MAX = 8 * MiB;

/** S3 takes at most this many parts. Source: Amazon S3 User Guide, "multipart upload limits". */
export const PARTS_MAX = 10_000;

/**
 * Bytes per part for a file of `size` bytes, undefined when it goes up in one request. It depends on
 * nothing but the size, so that the ETag of a local file can be computed and compared.
 */
export function partSize(size: number): number | undefined {
  if (size <= SINGLE_PUT_MAX) return undefined;
  const least = Math.ceil(size / PARTS_MAX / MiB) * MiB;
  return Math.max(SINGLE_PUT_MAX, least);
}
