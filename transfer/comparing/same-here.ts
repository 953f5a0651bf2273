import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { lstatOf } from "../../bucket/disk/files.ts";
import { judgeLink, type LinkPolicy, writtenTarget } from "../links/judge-link.ts";
import { symlinkBody } from "../links/symlink.ts";
import { type Comparing, type Content, isContentOf, isSameContent } from "./same-content.ts";

/**
 * The stats of a path in a folder, from before it was read, if it already holds what an object holds; what cannot be read
 * does not.
 */
export async function sameHere(
  root: string,
  path: string,
  object: Content,
  comparing: Comparing,
  links: LinkPolicy,
): Promise<FileStats | undefined> {
  const absolute = join(root, path);
  try {
    const there = await lstatOf(comparing.disk, absolute);
    const thereIf = (isSame: boolean) => (isSame ? there : undefined);
    if (there?.isFile()) return thereIf(await isSameContent(absolute, there, object, comparing));
    if (!there?.isSymbolicLink()) return undefined;
    if (object.symlink !== undefined && (await writtenTarget(absolute)) === object.symlink)
      return there;
    const link = await judgeLink(root, await realpath(root), path, false, links);
    if (link.kind === "keep") return thereIf(await isContentOf(symlinkBody(link.target), object));
    if (link.kind !== "follow" || !link.stats.isFile()) return undefined;
    return thereIf(await isSameContent(absolute, link.stats, object, comparing));
  } catch {
    return undefined;
  }
}
