import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";

/** UTF-16 byte order marks, as of Windows editors: little-endian, big-endian. */
const UTF16_MARKS = ["fffe", "feff"];

/**
 * The text of a file that people write, in UTF-8. A byte order mark, as of Windows editors, is left out.
 *
 * @throws FileError `text-utf16` or `text-not-utf8`, which say how to save it
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 2)).toString("hex");
  if (UTF16_MARKS.includes(start)) throw new FileError(path, reason("text-utf16"));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError(path, reason("text-not-utf8"), { cause });
  }
}
