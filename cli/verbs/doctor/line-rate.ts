import type { Sink } from "../../../bucket/s3/s3-response.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes of the largest object or part. */
export const LARGEST = 4 * MiB;

/** No round begins, one way, that is not likely to end by then; milliseconds. */
export const RATE_MS = 5_000;

/** How many requests at once, and bytes of each: small ones first, so that they end on a slow line, too. */
const UP: readonly (readonly [streams: number, bytes: number])[] = [
  [1, 16 * KiB],
  [1, 64 * KiB],
  [1, 256 * KiB],
  [1, MiB],
  [4, MiB],
  [4, LARGEST],
];

/** The same for an object that is read again and again: its beginning is timed as it comes. */
const DOWN_STREAMS = [1, 4] as const;

/** Bytes that went one way, all requests together. */
export interface Moved {
  bytes: number;
  ms: number;
}

/** Milliseconds, of a clock that only goes on. */
export type Elapsed = () => number;

/**
 * The rate up, by rounds of growing size, of which the last counts.
 *
 * @param send sends so many bytes, as the first, second … of those at once
 */
export async function rateUp(
  elapsed: Elapsed,
  send: (stream: number, bytes: number) => Promise<unknown>,
): Promise<Moved> {
  const began = elapsed();
  let moved = { bytes: 0, ms: 0 };
  for (const [streams, size] of UP) {
    const bytes = streams * size;
    const expected = moved.bytes === 0 ? 0 : (bytes * moved.ms) / moved.bytes;
    if (elapsed() - began + expected > RATE_MS) break;
    const ms = await timed(elapsed, streams, (stream) => send(stream, size));
    moved = { bytes, ms };
  }
  return moved;
}

/**
 * The rate down, of an object that is read once, and then several times at once.
 *
 * @param read gives the object's bytes to `sink`, as they come
 */
export async function rateDown(
  elapsed: Elapsed,
  read: (sink: Sink) => Promise<unknown>,
): Promise<Moved> {
  const began = elapsed();
  let moved = { bytes: 0, ms: 0 };
  for (const streams of DOWN_STREAMS) {
    if ((elapsed() - began) * 2 > RATE_MS) break;
    let bytes = 0;
    const isLate = () => elapsed() - began > RATE_MS;
    const take = async () => {
      await read((piece) => {
        bytes += piece.length;
        if (isLate()) throw ENOUGH;
      }).catch((error: unknown) => {
        if (error !== ENOUGH) throw error;
      });
    };
    const ms = await timed(elapsed, streams, take);
    moved = { bytes, ms };
  }
  return moved;
}

/** Ends a response that has told enough. */
const ENOUGH = new Error("enough");

/** @returns milliseconds, at least one @throws the first failure, when all have ended */
async function timed(
  elapsed: Elapsed,
  streams: number,
  run: (stream: number) => Promise<unknown>,
): Promise<number> {
  const began = elapsed();
  const done = await Promise.allSettled(Array.from({ length: streams }, (_, at) => run(at)));
  for (const one of done) if (one.status === "rejected") throw one.reason;
  return Math.max(1, elapsed() - began);
}
