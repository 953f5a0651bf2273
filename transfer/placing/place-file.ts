import { chmodSync, renameSync, utimesSync } from "node:fs";
import { chmod, copyFile, lutimes, rm, stat, symlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Disk } from "../../bucket/disk/disk.ts";
import type { FileProperties } from "../../bucket/disk/new-files.ts";
import { isBusy, renameOver } from "../../bucket/disk/rename-over.ts";
import { replaceWith } from "../../bucket/disk/replace-file.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import { parseFileMetadata } from "./file-metadata.ts";
import { pathBeside } from "./partial-files.ts";

type Metadata = Readonly<Record<string, string>>;

/**
 * Gives a complete download its mode, time and place.
 *
 * @param hasProperties it has its mode and time
 */
export function placeFile(
  disk: Disk,
  part: string,
  target: string,
  properties: FileProperties,
  hasProperties = false,
): void | Promise<void> {
  const missing = hasProperties ? {} : properties;
  const otherwise = (error: unknown) => placeOtherwise(error, part, target, properties);
  try {
    const placing = disk.ask(
      () => {
        applyNow(part, missing);
        renameSync(part, target);
      },
      async () => {
        await apply(part, missing);
        await renameOver(part, target);
      },
    );
    return placing?.catch(otherwise);
  } catch (error) {
    return otherwise(error);
  }
}

/** The same after a failure of the system. @throws the failure, unless there is another way */
async function placeOtherwise(
  error: unknown,
  part: string,
  target: string,
  properties: FileProperties,
): Promise<void> {
  try {
    if (isBusy(error)) return await renameOver(part, target);
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    // Another disk is mounted on the way, or a link leads to one.
    await replaceWith(
      target,
      async (beside) => {
        await copyFile(part, beside);
        await apply(beside, properties);
      },
      { beside: pathBeside(target) },
    );
  } finally {
    await rm(part, { force: true });
  }
}

async function apply(path: string, { mode, mtime }: FileProperties): Promise<void> {
  if (mode !== undefined) await chmod(path, mode);
  if (mtime !== undefined) await utimes(path, mtime, mtime);
}

function applyNow(path: string, { mode, mtime }: FileProperties): void {
  if (mode !== undefined) chmodSync(path, mode);
  if (mtime !== undefined) utimesSync(path, mtime, mtime);
}

/** Errors of a system that makes no symbolic links, or not for this user, or not on this disk. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/** Makes a symbolic link, as the system does. */
export type MakeLink = (target: string, path: string) => Promise<void>;

/**
 * Makes a symbolic link in place of whatever file is there. Where links cannot be made, what it leads to is
 * copied.
 *
 * @param linkTo the target as it is written into the link
 * @returns why there is neither a link nor a copy
 */
export async function placeLink(
  target: string,
  linkTo: string,
  metadata: Metadata,
  makeLink: MakeLink = symlink,
): Promise<Reason | undefined> {
  try {
    await replaceWith(
      target,
      async (beside) => {
        await makeLink(linkTo, beside);
        const { mtime } = parseFileMetadata(metadata);
        if (mtime !== undefined) await lutimes(beside, mtime, mtime);
      },
      { beside: pathBeside(target) },
    );
    return undefined;
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  const leadsTo = join(dirname(target), linkTo);
  const there = await stat(leadsTo).catch(() => undefined);
  if (!there?.isFile()) return reason("link-not-made");
  await replaceWith(target, (beside) => copyFile(leadsTo, beside), {
    beside: pathBeside(target),
  });
  return undefined;
}
