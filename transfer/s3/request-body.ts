import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** What a connection is given at a time: few enough that TLS holds little, many enough to cost little. */
export const PIECE = 128 * 1024;

/** A body that can be sent more than once. */
export interface RequestBody {
  readonly length: number;
  readonly crc32: number;
  /** Hexadecimal. */
  sha256(): Promise<string>;
  /** In pieces, so that each one taken shows that the request is alive. */
  content(): Uint8Array | AsyncIterable<Uint8Array>;
}

/** A body in memory. */
export function bytesBody(bytes: Uint8Array, checksum: number = crc32(bytes)): RequestBody {
  return {
    length: bytes.length,
    crc32: checksum,
    sha256: async () => createHash("sha256").update(bytes).digest("hex"),
    content: () => (bytes.length <= PIECE ? bytes : pieces(bytes)),
  };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
