import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { type Reason, reason } from "../../protocol/reason.ts";
import { isInside } from "../links/judge-link.ts";
import type { KeptFiles } from "./kept-files.ts";

/** Folders that are remembered as made; a listing comes folder by folder. */
const REMEMBERED_MAX = 4096;

/** A folder that files can be put into. */
export interface ReadyFolder {
  kind: "ready";
  viaLink: boolean;
  /** Where it is: itself, unless the user's own file has its name. */
  at: string;
}

/** The same, or why it cannot be. */
export type TargetFolder = ReadyFolder | { kind: "refused"; reason: Reason };

/**
 * Makes the folders that files go into, so that none is written through a symbolic link that a download has
 * made. A user's own link out of the folder can be followed: no download makes such a one.
 */
export class TargetFolders {
  readonly #root: string;
  readonly #outsideLinks: "follow" | "refuse";
  readonly #kept: KeptFiles | undefined;
  readonly #made = new Map<string, TargetFolder | Promise<TargetFolder>>();

  /** @param kept keeps the user's own files */
  constructor(root: string, outsideLinks: "follow" | "refuse", kept?: KeptFiles) {
    this.#root = root;
    this.#outsideLinks = outsideLinks;
    this.#kept = kept;
  }

  /** @param folder relative, with `/`; `.` is the root */
  ensure(folder: string): TargetFolder | Promise<TargetFolder> {
    const held = this.#made.get(folder);
    if (held) return held;
    if (this.#made.size >= REMEMBERED_MAX) this.#made.clear();
    const making = this.#make(folder);
    this.#made.set(folder, making);
    // A failure is tried again: a full disk may have room by then.
    making.then(
      (made) => this.#made.set(folder, made),
      () => this.#made.delete(folder),
    );
    return making;
  }

  async #make(folder: string): Promise<TargetFolder> {
    if (folder === ".") return { kind: "ready", viaLink: false, at: "." };
    const above = await this.ensure(posix.dirname(folder));
    if (above.kind === "refused") return above;
    const at = posix.join(above.at, posix.basename(folder));
    const absolute = join(this.#root, at);
    const ready = { ...above, at };
    if (await makeFolder(absolute)) return ready;
    const there = await lstat(absolute);
    if (there.isDirectory()) return ready;
    const isLink = there.isSymbolicLink();
    if (isLink && this.#outsideLinks === "follow" && (await this.#isFolderOutside(absolute)))
      return { kind: "ready", viaLink: true, at };
    const beside = await this.#kept?.place(at, "folder", true);
    if (beside === undefined)
      return refused(isLink ? reason("folder-is-link", { folder }) : reason("name-conflict"));
    await makeFolder(join(this.#root, beside));
    return { ...above, at: beside };
  }

  async #isFolderOutside(absolute: string): Promise<boolean> {
    const real = await realpath(absolute).catch(() => undefined);
    if (real === undefined || isInside(real, await realpath(this.#root))) return false;
    return (await stat(real)).isDirectory();
  }
}

/** @returns false when something is there already */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

function refused(why: Reason): TargetFolder {
  return { kind: "refused", reason: why };
}
