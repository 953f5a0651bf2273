import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import { readNow } from "./files.ts";

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
  const bytes = Buffer.allocUnsafe(most + 1);
  let filled: number;
  try {
    filled = readNow(path, bytes);
  } catch (error) {
    throw error instanceof FileError ? new FileError(path, reason("not-a-file")) : error;
  }
  if (filled > most) throw new FileError(path, reason("text-too-large", { max: `${most}` }));
  return bytes.subarray(0, filled);
}
