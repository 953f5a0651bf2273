import { Disk } from "./disk/disk.ts";
import { sharedPace } from "./flow/rate.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** How much a process does, and holds in memory, at a time. */
export interface Limits {
  /**
   * Small requests to S3 under way: to begin with; the bounds between which latency moves that; and how few there may be where
   * nothing but this machine is waited for.
   */
  requests: { start: number; fewest: number; low: number; max: number };
  /** Parts of large files under way, of one file and of all. */
  parts: number;
  /** The same where each carries little, and more bring more. */
  partsMost: number;
  /** Bytes of file content in memory. */
  bufferBytes: number;
  /** Small requests, parts and bytes in memory beyond these, for transfers that have none beside others that have all. */
  beyond: { requests: number; parts: number; bytes: number };
  /** Shares of what a transfer has in flight (transfer/flow/flight.ts): as many small files at a time. */
  flight: number;
  /** Batches of a walk, of `stats` entries each, that are read before they are compared; of a listing it is a page. */
  readAhead: number;
  /** Comparisons of a file with its object. */
  comparisons: number;
  /** Files that are decided on and wait: as far as a plan is ahead of what is done. */
  decidedAhead: number;
  deletions: number;
  /** Files of a folder whose stats are asked for. */
  stats: number;
  /** Bytes of a folder's names that are held: of one with more, the folder is read again. */
  namesBytes: number;
}

export const LIMITS: Limits = {
  requests: { start: 128, fewest: 16, low: 32, max: 256 },
  parts: 8,
  partsMost: 32,
  // Eight parts and 128 small files, or more of these: the process stays below 200 MB. With what is beyond, it is ten slabs.
  bufferBytes: 72 * MiB,
  beyond: { requests: 16, parts: 4, bytes: 4 * MiB },
  // Measured best over 30 ms of latency.
  flight: 256,
  // As many entries as a page of S3's.
  readAhead: 16,
  // They read the disk, and more do not make it faster.
  comparisons: 16,
  decidedAhead: 4096,
  deletions: 64,
  stats: 64,
  // Some two million short names.
  namesBytes: 32 * MiB,
};

/** A process's access to its machine: made once, and passed to all that transfers. */
export interface Machine {
  disk: Disk;
  limits: Limits;
  /** Of all transfers together, if there is a limit of rate; a thread of its own is given the same memory. */
  pace: SharedArrayBuffer;
  /** Threads that carry files in place of the main one; undefined: beside it, as many as are seen to help. */
  lanes?: number;
}

export function newMachine(limits: Limits = LIMITS): Machine {
  return { disk: new Disk(), limits, pace: sharedPace() };
}

/**
 * The limits of requests under a limit of rate: so few at once that answers which are under way together do not go far beyond
 * it, and each gets its share often enough.
 *
 * @param bytesPerSecond undefined: there is none
 */
export function limitsAt(
  { requests, parts }: Pick<Limits, "requests" | "parts">,
  bytesPerSecond: number | undefined,
): Pick<Limits, "requests" | "parts"> {
  if (bytesPerSecond === undefined) return { requests, parts };
  // Small ones become more while latency does not grow.
  const start = Math.min(requests.start, Math.max(4, Math.round(bytesPerSecond / (64 * KiB))));
  return {
    requests: {
      ...requests,
      start,
      low: Math.min(requests.low, start),
      fewest: Math.min(requests.fewest, start),
    },
    parts: Math.min(parts, Math.max(2, Math.ceil(bytesPerSecond / MiB))),
  };
}
