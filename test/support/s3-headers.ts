import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";

/** Of an object's headers those that the answer to its upload has: version id and encryption, where there are any. */
export function toldOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => name === "x-amz-version-id" || name.startsWith("x-amz-server-side-encryption"),
    ),
  );
}

/** The headers of an upload that its object keeps. */
export function keptHeaders(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith("x-amz-meta-") || name === "content-type" ? [[name, String(value)]] : [],
    ),
  );
}

/** The headers of an object that a request for it is answered with: S3 tells checksums only when it is asked. */
export function askedFor(
  held: Readonly<Record<string, string>>,
  asked: IncomingMessage["headers"],
): Record<string, string> {
  const isAsked = asked["x-amz-checksum-mode"] === "ENABLED";
  return Object.fromEntries(
    Object.entries(held).filter(([name]) => isAsked || !name.startsWith("x-amz-checksum-")),
  );
}

/** A CRC32 as S3 writes it. */
export function crcOf(bytes: Uint8Array): string {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes));
  return four.toString("base64");
}
