import { closeSync, read } from "node:fs";
import { promisify } from "node:util";
import { openLater } from "./disk/open-to-read.ts";

const readInThread = promisify(read);

const CHUNK = 1024 * 1024;

/**
 * Reads a file from its beginning to its end, piece by piece, through threads.
 *
 * @param use is lent the bytes until it returns
 * @param roomFor most bytes that the next piece may have; undefined: as many as there is room for
 */
export async function eachChunk(
  path: string,
  use: (bytes: Buffer) => void,
  roomFor?: () => number,
): Promise<void> {
  const file = await openLater(path);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const room = Math.min(buffer.length, roomFor?.() ?? buffer.length);
      const { bytesRead } = await readInThread(file, buffer, 0, room, null);
      if (bytesRead === 0) return;
      use(buffer.subarray(0, bytesRead));
    }
  } finally {
    closeSync(file);
  }
}
