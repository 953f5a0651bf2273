import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc64Nvme } from "./crc64nvme.ts";
import { eachChunk } from "./each-chunk.ts";
import { encodeCrc32 } from "./s3/crc32.ts";

/** Takes the pieces of a content, then tells its checksum in base64, as S3 writes it. */
interface Summing {
  update(bytes: Uint8Array): void;
  encoded(): string;
}

function hashing(name: string): Summing {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), encoded: () => hash.digest("base64") };
}

/**
 * Checksums of a whole object that S3 may keep and that can be computed here, the quickest first.
 * Source: Amazon S3 User Guide, "Checking object integrity"; of its list CRC32C is missing here.
 */
const ALGORITHMS = {
  crc32: (): Summing => {
    let crc = 0;
    return { update: (bytes) => void (crc = crc32(bytes, crc)), encoded: () => encodeCrc32(crc) };
  },
  sha256: () => hashing("sha256"),
  sha1: () => hashing("sha1"),
  crc64nvme: (): Summing => {
    const crc = new Crc64Nvme();
    return {
      update: (bytes) => crc.update(bytes),
      encoded: () => crc.digest().toString("base64"),
    };
  },
} as const;
type Algorithm = keyof typeof ALGORITHMS;
const NAMES = Object.keys(ALGORITHMS) as Algorithm[];

/** A checksum of a content, with its algorithm before it. */
export type Checksum = `${Algorithm}:${string}`;

/** The first of the checksums that `textOf` knows. */
export function firstChecksum(
  textOf: (algorithm: Algorithm) => string | undefined,
): Checksum | undefined {
  for (const algorithm of NAMES) {
    const text = textOf(algorithm);
    if (text !== undefined) return `${algorithm}:${text}`;
  }
  return undefined;
}

/** CRC32 as a checksum. */
export function crc32Checksum(crc: number): Checksum {
  return `crc32:${encodeCrc32(crc)}`;
}

/** Whether a content has a checksum; one of an algorithm that is not known here says no. */
export function hasChecksum(content: Uint8Array, checksum: Checksum): boolean {
  const sum = summingOf(checksum);
  sum?.update(content);
  return sum !== undefined && checksum.endsWith(`:${sum.encoded()}`);
}

/** A file's checksum by the algorithm of another one; undefined when that is not known here. */
export async function fileChecksum(path: string, like: Checksum): Promise<Checksum | undefined> {
  const sum = summingOf(like);
  if (!sum) return undefined;
  await eachChunk(path, (bytes) => sum.update(bytes));
  return `${like.slice(0, like.indexOf(":"))}:${sum.encoded()}` as Checksum;
}

function summingOf(checksum: Checksum): Summing | undefined {
  const algorithm = checksum.slice(0, checksum.indexOf(":"));
  return Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm as Algorithm]() : undefined;
}
