/** Bytes that are one share: what a small file costs is its request. */
const SHARE_BYTES = 256 * 1024;

/** A large file takes so many shares at most: the store sends it in parts, several at a time. */
const SHARES_MAX = 32;

/**
 * The shares of a file in what is in flight (`Limits.flight`, 256): 256 small ones, or 8 large ones, or a mixture; 64 MiB
 * of small ones at most.
 */
export function flightShares(bytes: number): number {
  return Math.min(Math.max(1, Math.ceil(bytes / SHARE_BYTES)), SHARES_MAX);
}
