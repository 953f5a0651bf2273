import { lstat, mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Reason, reason } from "../../protocol/reason.ts";
import { isInside } from "../links/judge-link.ts";

/** Folders that are remembered as made; a listing comes folder by folder. */
const REMEMBERED_MAX = 4096;

/** A folder that files can be put into, or why they cannot. */
export type TargetFolder =
  | { kind: "ready"; viaLink: boolean }
  | { kind: "refused"; reason: Reason };

/**
 * Makes the folders that files go into, so that none is written through a symbolic link that a download has
 * made. A user's own link out of the folder can be followed: no download makes such a one.
 */
export class TargetFolders {
  readonly #root: string;
  readonly #outsideLinks: "follow" | "refuse";
  readonly #made = new Map<string, Promise<TargetFolder>>();

  constructor(root: string, outsideLinks: "follow" | "refuse") {
    this.#root = root;
    this.#outsideLinks = outsideLinks;
  }

  /** @param folder relative, with `/`; `.` is the root */
  ensure(folder: string): Promise<TargetFolder> {
    const held = this.#made.get(folder);
    if (held) return held;
    if (this.#made.size >= REMEMBERED_MAX) this.#made.clear();
    const making = this.#make(folder);
    this.#made.set(folder, making);
    // A failure is tried again: a full disk may have room by then.
    making.catch(() => this.#made.delete(folder));
    return making;
  }

  async #make(folder: string): Promise<TargetFolder> {
    if (folder === ".") return { kind: "ready", viaLink: false };
    const above = await this.ensure(dirname(folder));
    if (above.kind === "refused") return above;
    const absolute = join(this.#root, folder);
    try {
      await mkdir(absolute);
      return above;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const there = await lstat(absolute);
    if (there.isDirectory()) return above;
    if (!there.isSymbolicLink()) return refused(reason("name-conflict"));
    if (this.#outsideLinks === "follow" && (await this.#isFolderOutside(absolute)))
      return { kind: "ready", viaLink: true };
    return refused(reason("folder-is-link", { folder }));
  }

  async #isFolderOutside(absolute: string): Promise<boolean> {
    const real = await realpath(absolute).catch(() => undefined);
    if (real === undefined || isInside(real, await realpath(this.#root))) return false;
    return (await stat(real)).isDirectory();
  }
}

function refused(why: Reason): TargetFolder {
  return { kind: "refused", reason: why };
}
