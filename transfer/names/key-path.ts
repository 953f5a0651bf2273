import { type Reason, reason } from "../../protocol/reason.ts";

/** Longest file name in bytes on the file systems in use (NAME_MAX on Linux). */
const NAME_MAX_BYTES = 255;

/** Half a character, which no UTF-8 has: JSON and Windows know such names, S3 none. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where an object goes in a folder, or why it cannot go there. */
export type KeyPath =
  | { kind: "file" | "folder"; path: string }
  | { kind: "refused"; path: string; reason: Reason };

/**
 * Maps the key of an object under `prefix/` to a relative path with `/`. A key that ends in `/` is a
 * folder's marker. Keys that would leave the folder, or that are no path, are refused.
 *
 * @param key a key that begins with `prefix/`
 */
export function keyToPath(key: string, prefix: string): KeyPath {
  const rest = key.slice(prefix.length + 1);
  if (rest === "") return { kind: "folder", path: "" };
  const kind = rest.endsWith("/") ? "folder" : "file";
  const path = kind === "folder" ? rest.slice(0, -1) : rest;
  const why = pathProblem(path);
  return why === undefined ? { kind, path } : { kind: "refused", path: rest, reason: why };
}

/** Why a relative path with `/` cannot be a file below a folder; undefined when it can. */
export function pathProblem(path: string): Reason | undefined {
  if (path.includes("\0")) return reason("name-nul");
  if (LONE_SURROGATE.test(path)) return reason("name-not-utf8");
  for (const segment of path.split("/")) {
    if (segment === "") return reason("path-segment-empty");
    if (segment === "." || segment === "..") return reason("path-segment-dots", { segment });
    if (Buffer.byteLength(segment) > NAME_MAX_BYTES)
      return reason("name-too-long", { max: `${NAME_MAX_BYTES}` });
  }
  return undefined;
}

/** S3 takes keys of at most this many bytes of UTF-8. */
const KEY_MAX_BYTES = 1024;

/** Why a file at `path` cannot become an object under `prefix/`; undefined when it can. */
export function keyProblem(prefix: string, path: string): Reason | undefined {
  if (Buffer.byteLength(`${prefix}/${path}`) > KEY_MAX_BYTES)
    return reason("key-too-long", { max: `${KEY_MAX_BYTES}` });
  return undefined;
}
