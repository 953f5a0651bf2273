/** Entries of a walk or a listing that are read before they are compared: a page of S3's. */
export const READ_AHEAD = 1000;

/** Shares of what is in flight: as many small files at a time. Measured best over 30 ms of latency. */
export const FLIGHT_TOTAL = 256;

/** Bytes that are one share: what a small file costs is its request. */
const SHARE_BYTES = 256 * 1024;

/** A large file takes so many shares at most: the store sends it in parts, several at a time. */
const SHARES_MAX = 32;

/** The shares of a file: 256 small ones are in flight, or 8 large ones, or a mixture; 64 MiB of small ones at most. */
export function flightShares(bytes: number): number {
  return Math.min(Math.max(1, Math.ceil(bytes / SHARE_BYTES)), SHARES_MAX);
}
