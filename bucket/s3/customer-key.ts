import { hash } from "node:crypto";
import { statSync } from "node:fs";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import { LIVE_FOLDER, PROTOCOL_FILES, SYSTEM_FOLDER } from "../../protocol/objects.ts";
import { reasonText } from "../../protocol/reason.ts";
import { readSmallFile } from "../disk/read-small-file.ts";
import type { AwsSetting } from "./aws-setting.ts";

/** Bytes of a key of AES-256. */
const KEY_BYTES = 32;

/** A command that makes a key. It overwrites no file: an older key may be in it, without which its objects are lost. */
const NEW_KEY = `make a new file: (umask 077; set -C; head -c ${KEY_BYTES} /dev/urandom > NEW-FILE)`;

/** The first of the headers that such a request has. */
export const CUSTOMER_KEY = "x-amz-server-side-encryption-customer-algorithm";

/** A key of the customer's own (SSE-C). S3 forgets it after each request; it is in no log and no message. */
export interface CustomerKey {
  /** Headers of every request that reads or writes data. Source: Amazon S3 User Guide, "Specifying SSE-C". */
  headers: Readonly<Record<string, string>>;
  /** Tells it from other keys, and tells nothing of it. */
  id: string;
}

/**
 * Reads a key.
 *
 * @throws CloudSubmitError `config`, with the setting and the file, when it is no key, or others than its owner may read it
 */
export function readCustomerKey({ name, text: path }: AwsSetting): CustomerKey {
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new Error(`is a folder; give a file of ${KEY_BYTES} bytes`);
    const bytes = readSmallFile(path);
    if (bytes.length !== KEY_BYTES)
      throw new Error(`has ${bytes.length} bytes instead of ${KEY_BYTES}; ${NEW_KEY}`);
    // Windows has no such bits.
    if (process.platform !== "win32" && (found.mode & 0o077) !== 0)
      throw new Error(`others may read it: chmod 600 -- ${quoted(path)}`);
    const md5 = hash("md5", bytes, "base64");
    return {
      headers: {
        [CUSTOMER_KEY]: "AES256",
        "x-amz-server-side-encryption-customer-key": bytes.toString("base64"),
        "x-amz-server-side-encryption-customer-key-md5": md5,
      },
      id: hash("sha256", bytes, "hex"),
    };
  } catch (cause) {
    const why = cause instanceof FileError ? reasonText(cause.reason) : messageOf(cause);
    throw new CloudSubmitError("config", `${name}: ${path}: ${why}`, { cause });
  }
}

/** As one word of a POSIX shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Whether an object is data of jobs. Objects of the protocol are read by functions, which have no key; with output of
 * running jobs they have nothing to do. A file of such a name in any folder makes S3 tell the functions of it.
 */
export function isJobData(key: string): boolean {
  if (key.startsWith(SYSTEM_FOLDER)) return key.startsWith(LIVE_FOLDER);
  return !PROTOCOL_FILES.has(key.slice(key.lastIndexOf("/") + 1));
}
