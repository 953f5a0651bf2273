import { isUtf8 } from "node:buffer";
import type { BigIntStats } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { messageOf } from "../protocol/error.ts";

/** Something found below a folder; `path` is relative, with `/`. */
export type WalkEntry =
  | { kind: "file"; path: string; absolute: string; stats: BigIntStats }
  /** A folder with nothing in it. */
  | { kind: "empty-folder"; path: string }
  | { kind: "skipped"; path: string; reason: string };

export interface WalkOptions {
  /** What to do with symbolic links that lead out of the folder: follow them as `aws s3` does, or not. */
  outsideLinks: "follow" | "refuse";
}

/**
 * Walks a folder, in no promised order. Symbolic links are followed; a link to a folder that is being
 * walked already (a loop), a socket, a device, an unreadable folder and a name that is not UTF-8 are
 * reported as skipped, never thrown.
 */
export async function* walk(root: string, options: WalkOptions): AsyncGenerator<WalkEntry> {
  let realRoot: string;
  try {
    realRoot = await realpath(root);
  } catch (error) {
    yield { kind: "skipped", path: ".", reason: messageOf(error) };
    return;
  }
  yield* walkFolder(root, "", realRoot, [realRoot], options);
}

async function* walkFolder(
  root: string,
  folder: string,
  realRoot: string,
  open: readonly string[],
  options: WalkOptions,
): AsyncGenerator<WalkEntry> {
  let empty = true;
  try {
    // "buffer" so that a name that is not UTF-8 is seen as such and not silently changed.
    for await (const entry of await opendir(join(root, folder), { encoding: "buffer" as never })) {
      empty = false;
      const raw = entry.name as unknown as Buffer;
      const path = folder === "" ? raw.toString() : `${folder}/${raw.toString()}`;
      if (!isUtf8(raw)) {
        yield { kind: "skipped", path, reason: "the name is not UTF-8" };
        continue;
      }
      yield* visit(root, path, entry.isSymbolicLink(), realRoot, open, options);
    }
  } catch (error) {
    yield { kind: "skipped", path: folder || ".", reason: messageOf(error) };
    return;
  }
  if (empty && folder !== "") yield { kind: "empty-folder", path: folder };
}

async function* visit(
  root: string,
  path: string,
  isLink: boolean,
  realRoot: string,
  open: readonly string[],
  options: WalkOptions,
): AsyncGenerator<WalkEntry> {
  const absolute = join(root, path);
  let stats: BigIntStats;
  let real = absolute;
  try {
    if (isLink) {
      real = await realpath(absolute);
      if (options.outsideLinks === "refuse" && !isInside(real, realRoot)) {
        yield { kind: "skipped", path, reason: "a symbolic link that leads out of the folder" };
        return;
      }
    }
    stats = await stat(absolute, { bigint: true });
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = gone && isLink ? "a symbolic link to nothing" : messageOf(error);
    yield { kind: "skipped", path, reason };
    return;
  }
  if (stats.isFile()) {
    yield { kind: "file", path, absolute, stats };
  } else if (stats.isDirectory()) {
    const here = isLink ? real : await realpath(absolute);
    if (open.includes(here)) {
      yield { kind: "skipped", path, reason: "a symbolic link to a folder above it" };
      return;
    }
    yield* walkFolder(root, path, realRoot, [...open, here], options);
  } else {
    yield { kind: "skipped", path, reason: "neither a file nor a folder" };
  }
}

function isInside(real: string, realRoot: string): boolean {
  const way = relative(realRoot, real);
  return way !== ".." && !way.startsWith(`..${sep}`);
}
