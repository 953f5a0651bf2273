import { Readable } from "node:stream";

/** Reads `source` at once and on, up to `most` items before they are asked for; a reader that leaves ends it. */
export function readAhead<T>(source: AsyncIterable<T>, most: number): AsyncIterable<T> {
  const ahead = Readable.from(source, { highWaterMark: most });
  // A failure is the reader's, who may not be there yet.
  ahead.on("error", () => undefined);
  ahead.read(0);
  return ahead;
}
