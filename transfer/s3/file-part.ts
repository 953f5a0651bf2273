import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { bytesBody, type RequestBody } from "./request-body.ts";
import { readFully } from "./read-fully.ts";

/** A piece of a file. */
export interface FileRange {
  file: FileHandle;
  /** For errors. */
  path: string;
  start: number;
  length: number;
}

/**
 * A piece of a file as the body of a request. One that fits into `window` is read once; a larger one
 * goes through it, once for its checksum and once each time it is sent: parts of huge files would not
 * fit into memory.
 *
 * @param window lent until the request is done
 */
export async function filePart(range: FileRange, window: Buffer): Promise<RequestBody> {
  if (range.length <= window.length) {
    const bytes = window.subarray(0, range.length);
    await readFully(range.file, bytes, range.start, range.path);
    return bytesBody(bytes);
  }
  let checksum = 0;
  for await (const bytes of throughWindow(range, window)) checksum = crc32(bytes, checksum);
  return {
    length: range.length,
    crc32: checksum,
    sha256: async () => (await digest(range, window, "sha256")).toString("hex"),
    content: () => throughWindow(range, window),
  };
}

/** MD5 or SHA-256 of a piece of a file. */
export async function digest(
  range: FileRange,
  window: Buffer,
  algorithm: "md5" | "sha256",
): Promise<Buffer> {
  const hash = createHash(algorithm);
  for await (const bytes of throughWindow(range, window)) hash.update(bytes);
  return hash.digest();
}

async function* throughWindow(range: FileRange, window: Buffer): AsyncGenerator<Buffer> {
  const { file, path, start, length } = range;
  for (let at = 0; at < length; at += window.length) {
    const bytes = window.subarray(0, Math.min(window.length, length - at));
    await readFully(file, bytes, start + at, path);
    yield bytes;
  }
}
