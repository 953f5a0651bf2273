import { compareUtf8 } from "../../bucket/utf8-order.ts";
import { keyOf, STATUS_FILE, SYSTEM_FOLDER } from "../../protocol/objects.ts";

/** Bytes. Source: Amazon S3 User Guide, "Naming Amazon S3 objects". */
const KEY_MAX_BYTES = 1024;

/**
 * Where to list on behind a page that ends with this key, so that no status object of a job is left out: before the prefix's
 * status object, or behind the prefix when that has been passed. So a prefix of many objects costs two pages, not all it has.
 *
 * @returns what the next key has to be greater than
 */
export function nextStart(last: string): string {
  const slash = last.indexOf("/");
  if (slash < 0) return last;
  const prefix = last.slice(0, slash);
  const status = keyOf(prefix, STATUS_FILE);
  // In ASCII, "0" comes next to "/"; a key that ends here holds no "/", and so is no status object.
  const behind = `${prefix}0`;
  if (`${prefix}/` === SYSTEM_FOLDER || Buffer.byteLength(status) > KEY_MAX_BYTES) return behind;
  if (compareUtf8(last, status) >= 0) return behind;
  const before = status.slice(0, -1);
  return compareUtf8(last, before) < 0 ? before : last;
}
