import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { lstatOf } from "../../bucket/disk/files.ts";
import { judgeLink, type LinkPolicy } from "../links/judge-link.ts";
import { symlinkBody } from "../links/symlink.ts";
import { type Comparing, type Content, isContentOf, isSameContent } from "./same-content.ts";

/** Whether a path in a folder already holds what an object holds; what cannot be read does not. */
export async function isSameHere(
  root: string,
  path: string,
  object: Content,
  comparing: Comparing,
  links: LinkPolicy,
): Promise<boolean> {
  const absolute = join(root, path);
  try {
    const there = await lstatOf(comparing.disk, absolute);
    if (there?.isFile()) return await isSameContent(absolute, there, object, comparing);
    if (!there?.isSymbolicLink()) return false;
    const link = await judgeLink(root, await realpath(root), path, false, links);
    if (link.kind === "keep") return await isContentOf(symlinkBody(link.target), object);
    if (link.kind !== "follow" || !link.stats.isFile()) return false;
    return await isSameContent(absolute, link.stats, object, comparing);
  } catch {
    return false;
  }
}
