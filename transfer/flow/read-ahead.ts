import { Readable } from "node:stream";
import { Batches, batchesOf } from "../../bucket/flow/batches.ts";

/**
 * Reads `source` at once and on, up to `most` batches before they are asked for (of one item each, where they do not come
 * together); a reader that leaves ends it.
 */
export function readAhead<T>(source: AsyncIterable<T>, most: number): Batches<T> {
  const ahead = Readable.from(batchesOf(source), { highWaterMark: most });
  // A failure is the reader's, who may not be there yet.
  ahead.on("error", () => undefined);
  ahead.read(0);
  return new Batches(ahead as AsyncIterable<readonly T[]>);
}
