import { hash } from "node:crypto";
import * as z from "zod";
import type { Checksum } from "../../bucket/checksum.ts";
import { readKeySchema } from "../../protocol/manifest.ts";
import { parseJson } from "../../protocol/parse-json.ts";

const noteSchema = z.strictObject({
  key: z.string().min(1),
  /** The version that was fetched; absent: the bucket keeps none. */
  version: z.string().optional(),
  etag: z.string().min(1),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** SHA-256 of the content, in hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** As the download verified it. */
  checksum: z.custom<Checksum>((text) => typeof text === "string" && /^\w+:/.test(text)),
  /** The object's metadata of this name. */
  readKey: readKeySchema.optional(),
});

/** An object whose content is in the cache. */
export type CacheNote = z.infer<typeof noteSchema>;

/** State of a file when its content was right; anything else, and it is read again. */
export interface SeenFile {
  size: bigint;
  mtimeNs: bigint;
  /** No program can set it. */
  ctimeNs: bigint;
  ino: bigint;
}

/** An object in the cache. */
export interface CacheEntry extends CacheNote {
  name: string;
  /** undefined: not looked at since the agent started. */
  seen: SeenFile | undefined;
  /** Milliseconds since 1970, when its use was noted last. */
  notedMs: number;
}

/**
 * The name of an object's file: another one for each key and version, or ETag where there are no versions.
 */
export function cacheName({ key, version, etag }: Pick<CacheNote, "key" | "version" | "etag">) {
  const id = version === undefined ? ["etag", key, etag] : ["version", key, version];
  return hash("sha256", JSON.stringify(id), "hex");
}

/** One line. */
export function formatNote(note: CacheNote): string {
  return JSON.stringify(note);
}

/** undefined: the line is torn, or of another version. */
export function parseNote(line: string): CacheNote | undefined {
  return parseJson(noteSchema, line);
}
