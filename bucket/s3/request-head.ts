import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";

/**
 * Anything that would end a line, and anything beyond ASCII: whether that is signed as one byte or as UTF-8,
 * each server sees for itself. Source: RFC 9110, "field values".
 */
const NOT_A_VALUE = /[^\t\x20-\x7e]/;
const NOT_A_NAME = /[^!#$%&'*+.^_`|~0-9A-Za-z-]/;
/** A path that is not encoded would begin another line, or another word of this one. */
const NOT_A_PATH = /[^\x21-\x7e]/;

/**
 * The lines that a request begins with.
 *
 * @param target the path and the query, encoded
 * @throws FileError for an invalid header: it could be read as two
 */
export function requestHead(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
): string {
  if (NOT_A_PATH.test(target)) throw refused(target, target);
  let head = `${method} ${target} HTTP/1.1\r\n`;
  // Looked at together: one search is quicker than one for each.
  let names = "";
  let values = "";
  for (const name in headers) {
    const value = headers[name] as string;
    names += name;
    values += value;
    head += `${name}: ${value}\r\n`;
  }
  if (NOT_A_NAME.test(names) || NOT_A_VALUE.test(values)) {
    const isBad = (name: string) => NOT_A_NAME.test(name) || NOT_A_VALUE.test(headers[name] ?? "");
    throw refused(target, Object.keys(headers).find(isBad) ?? "");
  }
  return `${head}\r\n`;
}

function refused(target: string, what: string): FileError {
  return new FileError(target, reason("header-refused", { what }));
}
