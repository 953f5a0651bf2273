import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A body that can be sent more than once. */
export interface RequestBody {
  readonly length: number;
  readonly crc32: number;
  /** Hexadecimal. */
  sha256(): Promise<string>;
  /** In pieces when it does not fit into memory. */
  content(): Uint8Array | AsyncIterable<Uint8Array>;
}

/** A body in memory. */
export function bytesBody(bytes: Uint8Array, checksum: number = crc32(bytes)): RequestBody {
  return {
    length: bytes.length,
    crc32: checksum,
    sha256: async () => createHash("sha256").update(bytes).digest("hex"),
    content: () => bytes,
  };
}
