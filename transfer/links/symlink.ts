import { type Reason, reason } from "../../protocol/reason.ts";

/**
 * A symbolic link that stays in its folder is stored as a small object: its target is in the metadata, and
 * the body is a sentence for clients that do not know. The sentence also keeps it apart, in a listing, from
 * a file whose content is the target.
 */
const BODY_BEGINNING = "cloud-submit symbolic link to ";

/** Metadata key that holds the target, with `%` escapes as in a URL. */
const TARGET_METADATA = "symlink";

/** S3 takes 2 KiB of metadata for an object in all. Source: Amazon S3 User Guide, "user-defined metadata". */
const TARGET_MAX_BYTES = 1500;

/** The body of a link's object. */
export function symlinkBody(target: string): Buffer {
  return Buffer.from(`${BODY_BEGINNING}${target}\n`);
}

/** Longest body of a link's object. */
export const SYMLINK_BODY_MAX = symlinkBody("").length + TARGET_MAX_BYTES;

/** Whether a file's content is that of a link's object, as another client has written it. */
export function isSymlinkBody(content: Buffer): boolean {
  return content.subarray(0, BODY_BEGINNING.length).toString("latin1") === BODY_BEGINNING;
}

export function symlinkMetadata(target: string): Record<string, string> {
  return { [TARGET_METADATA]: encodeURIComponent(target).replaceAll("%2F", "/") };
}

/** The target that an object's metadata names; undefined for an object that is no link. */
export function parseSymlink(metadata: Readonly<Record<string, string>>): string | undefined {
  const target = metadata[TARGET_METADATA];
  if (target === undefined) return undefined;
  try {
    return decodeURIComponent(target);
  } catch {
    return undefined;
  }
}

/**
 * Why a link at `path` (relative, with `/`) may not lead to `target`; undefined when it may. A link in a
 * real folder below the root that passes cannot lead out of the root, whatever other such links there are:
 * `..` comes first only, where it leaves real folders, and no more often than the link is deep.
 */
export function symlinkProblem(path: string, target: string): Reason | undefined {
  if (target === "" || target.includes("\0")) return reason("link-unsound");
  if (target.startsWith("/")) return reason("link-absolute");
  if (encodeURIComponent(target).length > TARGET_MAX_BYTES) return reason("link-too-long");
  let depth = path.split("/").length - 1;
  let named = false;
  for (const segment of target.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") named = true;
    else if (named) return reason("link-dots");
    else if (depth-- === 0) return reason("link-out");
  }
  return undefined;
}
