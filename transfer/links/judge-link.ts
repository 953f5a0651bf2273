import { isUtf8 } from "node:buffer";
import type { BigIntStats } from "node:fs";
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { reasonOf } from "../../protocol/file-error.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import { symlinkProblem } from "./symlink.ts";

/** How symbolic links are treated. */
export interface LinkPolicy {
  /** Links that lead out of the folder: followed as `aws s3` does, refused, or passed over. */
  outsideLinks: "follow" | "refuse" | "leave";
  /** Links that stay in the folder: kept as links (the default), or followed. */
  insideLinks?: "keep" | "follow";
}

export type LinkVerdict =
  | { kind: "keep"; target: string; stats: BigIntStats }
  /** To be treated as what it leads to. */
  | { kind: "follow"; stats: BigIntStats }
  | { kind: "refused"; reason: Reason }
  | { kind: "leave" };

/**
 * Decides on the symbolic link at `path` (relative, with `/`). Kept are links that lead to a place in the
 * folder, also when there is nothing yet. Below a link that was followed out of the folder (`outside`) every
 * link is followed: what it leads to there is not what it would lead to here.
 */
export async function judgeLink(
  root: string,
  realRoot: string,
  path: string,
  outside: boolean,
  policy: LinkPolicy,
): Promise<LinkVerdict> {
  const absolute = join(root, path);
  try {
    const text = await writtenTarget(absolute);
    const stats = await lstat(absolute, { bigint: true });
    const real = await realpath(absolute).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (real !== undefined && !isInside(real, realRoot)) {
      if (policy.outsideLinks === "leave") return { kind: "leave" };
      if (policy.outsideLinks === "refuse") return refused(reason("link-out"));
    } else if (!outside && (policy.insideLinks ?? "keep") === "keep") {
      const target = await targetFor(path, absolute, text, real);
      if (target !== undefined) return { kind: "keep", target, stats };
    }
    if (real === undefined) return refused(reason("link-to-nothing"));
    return { kind: "follow", stats: await stat(absolute, { bigint: true }) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") return refused(reason("link-loop"));
    if (code === "ENAMETOOLONG") return refused(reason("link-too-long"));
    return refused(reasonOf(error));
  }
}

/** The target as it is written into a link, with `/`; undefined: it is not UTF-8. */
export async function writtenTarget(absolute: string): Promise<string | undefined> {
  const text = await readlink(absolute, { encoding: "buffer" });
  return isUtf8(text) ? portable(text.toString()) : undefined;
}

/** The target as it is stored: as it was written, or else the way to the real place; undefined: neither will do. */
async function targetFor(
  path: string,
  absolute: string,
  written: string | undefined,
  real: string | undefined,
): Promise<string | undefined> {
  if (written !== undefined && symlinkProblem(path, written) === undefined) return written;
  if (real === undefined) return undefined;
  const way = portable(relative(await realpath(dirname(absolute)), real)) || ".";
  return symlinkProblem(path, way) === undefined ? way : undefined;
}

/** With `/`, whatever the system writes. */
function portable(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

function refused(why: Reason): LinkVerdict {
  return { kind: "refused", reason: why };
}

/** Whether a real path is a real folder, or something below it. */
export function isInside(real: string, realRoot: string): boolean {
  const way = relative(realRoot, real);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
