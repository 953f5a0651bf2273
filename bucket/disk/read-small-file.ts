import { closeSync, readSync } from "node:fs";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import { openNow } from "./open-to-read.ts";

/** Bytes of a file that a person writes, such as settings or rules, at most. */
const SMALL_FILE_MAX = 1024 * 1024;

/**
 * The bytes of a small file that a person wrote. Never waits for the writer of a pipe, and never reads a device, which
 * may have no end.
 *
 * @param most bytes
 * @throws FileError when it is no file, or larger; what the system says otherwise
 */
export function readSmallFile(path: string, most = SMALL_FILE_MAX): Buffer {
  let file: number;
  try {
    file = openNow(path);
  } catch (error) {
    throw error instanceof FileError ? new FileError(path, reason("not-a-file")) : error;
  }
  try {
    let bytes = Buffer.alloc(4096);
    let filled = 0;
    for (;;) {
      const read = readSync(file, bytes, filled, bytes.length - filled, filled);
      filled += read;
      if (filled > most) throw new FileError(path, reason("text-too-large", { max: `${most}` }));
      if (read === 0) return bytes.subarray(0, filled);
      if (filled === bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
    }
  } finally {
    closeSync(file);
  }
}
