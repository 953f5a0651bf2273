import type { IncomingHttpHeaders } from "node:http";

/** Bytes of a key, and of an object's metadata. Source: Amazon S3 User Guide, "object keys" and "user-defined metadata". */
const KEY_MAX = 1024;
const METADATA_MAX = 2048;

const METADATA = "x-amz-meta-";

/** S3's code where a key, or an upload's metadata, is longer than S3 takes; undefined: neither is. */
export function overLimit(key: string, headers: IncomingHttpHeaders): string | undefined {
  if (Buffer.byteLength(key) > KEY_MAX) return "KeyTooLongError";
  return metadataBytes(headers) > METADATA_MAX ? "MetadataTooLarge" : undefined;
}

/** How much user metadata S3 counts: names and values. */
function metadataBytes(headers: IncomingHttpHeaders): number {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA))
    .reduce((sum, [name, value]) => sum + name.length - METADATA.length + String(value).length, 0);
}
