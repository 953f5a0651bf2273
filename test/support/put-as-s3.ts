import { createHash } from "node:crypto";
import { closeSync, readSync } from "node:fs";
import { openNow } from "../../bucket/disk/open-to-read.ts";
import type { PutFileOptions } from "../../bucket/object-store.ts";
import { partSize } from "../../bucket/part-size.ts";
import { requestHead } from "../../bucket/s3/request-head.ts";
import { CloudSubmitError } from "../../protocol/error.ts";

/** The MD5 of bytes. */
export const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

/** S3's ETag of bytes that this project has uploaded, in parts where they are many. */
export function etagOf(bytes: Buffer): string {
  const part = partSize(bytes.length);
  if (part === undefined) return md5(bytes).toString("hex");
  const digests: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += part) digests.push(md5(bytes.subarray(at, at + part)));
  return `${md5(Buffer.concat(digests)).toString("hex")}-${digests.length}`;
}

/** White space at either end of a header is no part of its value. */
export const trimmed = (value: string) => value.replaceAll(/^[ \t]+|[ \t]+$/g, "");

/** The headers that go over the line. */
export function sent(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const all = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, trimmed(value)] as const],
  );
  requestHead("PUT", "/", Object.fromEntries(all));
  return Object.fromEntries(all);
}

/** The first bytes of a file. */
export function beginning(path: string, size: number, rules: PutFileOptions): Buffer {
  const file = openNow(path, rules);
  try {
    const bytes = Buffer.alloc(size);
    let filled = 0;
    while (filled < size) {
      const read = readSync(file, bytes, filled, size - filled, filled);
      if (read === 0)
        throw new CloudSubmitError("transfer", `${path} became shorter while it was read`);
      filled += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
