import { Disk } from "./disk/disk.ts";

const MiB = 1024 * 1024;

/** How much a process does, and holds in memory, at a time. */
export interface Limits {
  /** Small requests to S3 under way: to begin with; and the bounds between which experience moves that. */
  requests: { start: number; low: number; max: number };
  /** Parts of large files under way, of one file and of all. */
  parts: number;
  /** Bytes of file content in memory. */
  bufferBytes: number;
  /** Shares of what a transfer has in flight (transfer/flow/flight.ts): as many small files at a time. */
  flight: number;
  /** Entries of a walk or a listing that are read before they are compared. */
  readAhead: number;
  /** Comparisons of a file with its object. */
  comparisons: number;
  /** Files that are decided on and wait: as far as a plan is ahead of what is done. */
  decidedAhead: number;
  deletions: number;
  /** Files of a folder whose stats are asked for. */
  stats: number;
}

export const LIMITS: Limits = {
  requests: { start: 128, low: 32, max: 256 },
  parts: 8,
  // Eight parts and 128 small files, or more of these: the process stays below 200 MB.
  bufferBytes: 72 * MiB,
  // Measured best over 30 ms of latency.
  flight: 256,
  // A page of S3's.
  readAhead: 1000,
  // They read the disk, and more do not make it faster.
  comparisons: 16,
  decidedAhead: 4096,
  deletions: 64,
  stats: 64,
};

/** A process's access to its machine: made once, and passed to all that transfers. */
export interface Machine {
  disk: Disk;
  limits: Limits;
  /** Threads that carry files in place of the main one; undefined: beside it, as many as are seen to help. */
  lanes?: number;
}

export function newMachine(limits: Limits = LIMITS): Machine {
  return { disk: new Disk(), limits };
}
