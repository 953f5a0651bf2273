import type { Disk } from "../disk/disk.ts";
import { closeFile } from "../disk/files.ts";
import { type OpenRules, openToRead } from "../disk/open-to-read.ts";
import { filePart } from "./file-part.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";

/** A piece of a file as the body of a request, for whoever sends it: plain data, which threads can pass on. */
export interface FileBody {
  path: string;
  /** Descriptor; undefined: the file is opened by its path, and closed once it is read. */
  file: number | undefined;
  rules: OpenRules;
  start: number;
  /** Bytes. */
  length: number;
  /** Memory that threads share, lent until the request is done; without a descriptor it has room for all of the bytes. */
  window: Buffer;
  /** Of the bytes, once they were read: those that fit into the window are there. */
  crc32: number | undefined;
}

/**
 * Reads a body, unless its window holds it, and notes its CRC32.
 *
 * @throws FileError when the file is shorter by now, or is none, or not where it has to be; what the system says otherwise
 */
export async function requestBody(disk: Disk, body: FileBody): Promise<RequestBody> {
  const { path, start, length, window } = body;
  if (body.crc32 !== undefined && length <= window.length)
    return bytesBody(window.subarray(0, length), body.crc32);
  const file = body.file ?? (await openToRead(disk, path, body.rules));
  try {
    const read = await filePart({ disk, file, path, start, length }, window);
    body.crc32 = read.crc32;
    return read;
  } finally {
    if (body.file === undefined) await closeFile(disk, file);
  }
}
