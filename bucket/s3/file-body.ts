import { crc32 } from "node:zlib";
import type { Disk } from "../disk/disk.ts";
import { type FileStats, fileStats } from "../disk/file-stats.ts";
import { closeFile } from "../disk/files.ts";
import { type OpenRules, openToRead } from "../disk/open-to-read.ts";
import { fileStatsOf, readExactly } from "../disk/read-exactly.ts";
import { CHUNK, filePart } from "./file-part.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";

/** A piece of a file as the body of a request, for whoever sends it: plain data, which threads can pass on. */
export interface FileBody {
  path: string;
  /** Descriptor; undefined: all of the file, which is opened by its path, and closed once it is read. */
  file: number | undefined;
  rules: Pick<OpenRules, "within" | "noFollow">;
  start: number;
  /** Bytes. */
  length: number;
  /** Memory that threads share, lent until the request is done; without a descriptor it has room for all of the bytes. */
  window: Buffer;
  /** Of the bytes, once they were read: those that fit into the window are there. */
  crc32: number | undefined;
  /** Of what was opened by its path, as they were when all had been read. */
  stats: FileStats | undefined;
}

/**
 * Reads a body, unless its window holds it, and notes its CRC32.
 *
 * @throws FileError when the file is shorter by now, or is none, or not where it has to be; what the system says otherwise
 */
export function requestBody(disk: Disk, body: FileBody): RequestBody | Promise<RequestBody> {
  const { path, file, start, length, window } = body;
  if (body.crc32 !== undefined && length <= window.length)
    return bytesBody(window.subarray(0, length), body.crc32);
  const noted = (read: RequestBody) => {
    body.crc32 = read.crc32;
    return read;
  };
  if (file !== undefined) return filePart({ disk, file, path, start, length }, window).then(noted);
  const reading = length <= CHUNK ? smallFile(disk, body) : wholeFile(disk, body);
  return reading instanceof Promise ? reading.then(noted) : noted(reading);
}

/** A small file is read by one call, others as parts are. */
function smallFile(disk: Disk, body: FileBody): RequestBody | Promise<RequestBody> {
  const { path, rules, length, window } = body;
  const bytes = window.subarray(0, length);
  const read = (stats: FileStats) => {
    body.stats = fileStats(stats);
    return bytesBody(bytes, crc32(bytes));
  };
  const reading = readExactly(disk, path, bytes, rules);
  return reading instanceof Promise ? reading.then(read) : read(reading);
}

async function wholeFile(disk: Disk, body: FileBody): Promise<RequestBody> {
  const { path, rules, length, window } = body;
  const file = await openToRead(disk, path, rules);
  try {
    const read = await filePart({ disk, file, path, start: 0, length }, window);
    body.stats = fileStats(fileStatsOf(file, path));
    return read;
  } finally {
    await closeFile(disk, file);
  }
}
