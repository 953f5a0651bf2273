import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type OpenFile, readFully } from "./read-fully.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";

/** A piece of a file. */
export interface FileRange extends OpenFile {
  start: number;
  length: number;
}

/** Bytes that are read and summed at a time: they are still in the processor's cache then. */
export const CHUNK = 256 * 1024;

/**
 * A piece of a file as the body of a request. One that fits into `window` is read once; a larger one goes through it, once
 * for its checksum and once each time it is sent: parts of huge files would not fit into memory.
 *
 * @param window lent until the request is done
 */
export async function filePart(range: FileRange, window: Buffer): Promise<RequestBody> {
  const { length } = range;
  if (length <= window.length) {
    const bytes = window.subarray(0, length);
    return bytesBody(bytes, await readHere(range, bytes));
  }
  const checksum = await readHere(range, window);
  return {
    length,
    crc32: checksum,
    sha256: async () => (await digest(range, window, "sha256")).toString("hex"),
    content: () => throughWindow(range, window, window.length),
  };
}

/** Reads into the window; returns the CRC32 of what went through it. */
async function readHere(range: FileRange, window: Buffer): Promise<number> {
  if (range.length <= Math.min(CHUNK, window.length)) {
    const bytes = window.subarray(0, range.length);
    await readFully(range, bytes, range.start);
    return crc32(bytes);
  }
  let checksum = 0;
  for await (const bytes of throughWindow(range, window, CHUNK)) checksum = crc32(bytes, checksum);
  return checksum;
}

/** MD5 or SHA-256 of a piece of a file. */
export async function digest(
  range: FileRange,
  window: Buffer,
  algorithm: "md5" | "sha256",
): Promise<Buffer> {
  const hash = createHash(algorithm);
  for await (const bytes of throughWindow(range, window, CHUNK)) hash.update(bytes);
  return hash.digest();
}

/** Reads a piece of a file; each chunk lies behind the one before, until the window is full. */
async function* throughWindow(
  range: FileRange,
  window: Buffer,
  chunk: number,
): AsyncGenerator<Buffer> {
  const { start, length } = range;
  for (let at = 0; at < length; ) {
    const from = at % window.length;
    const bytes = window.subarray(from, Math.min(from + chunk, from + length - at, window.length));
    await readFully(range, bytes, start + at);
    yield bytes;
    at += bytes.length;
  }
}
