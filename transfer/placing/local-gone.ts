import { rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { succeeds } from "../../bucket/flow/succeeds.ts";
import type { Machine } from "../../bucket/machine.ts";
import { keyEnd } from "../comparing/merge.ts";
import { readAhead } from "../flow/read-ahead.ts";
import type { IgnoreRules } from "../names/ignore-rules.ts";
import { PackedTexts } from "../names/packed-texts.ts";
import type { Told, TransferSummary } from "../summary.ts";
import { type WalkEntry, walk } from "../walk.ts";
import { deleteGone, mayDelete, type Removal } from "./delete-gone.ts";

/**
 * Entries of the folder; nothing beyond the links that lead out of it, which is not ours to remove.
 *
 * @param ignore what is not even looked at
 */
export function here(root: string, machine: Machine, ignore: IgnoreRules | undefined) {
  return readAhead(
    walk(root, { outsideLinks: "leave", machine, ignore }),
    machine.limits.readAhead,
  );
}

/** Files of a folder that have no object any more: noted while it is compared, removed in the end. */
export class LocalGone {
  readonly #root: string;
  readonly #ignore: IgnoreRules | undefined;
  readonly #isKept: (path: string) => boolean;
  readonly #gone = new PackedTexts();
  /** Folders that stand in the bucket themselves: they stay when they are empty. */
  readonly #listedFolders = new Set<string>();

  /** @param isKept what is not removed, as it turns out in the end */
  constructor(root: string, ignore: IgnoreRules | undefined, isKept: (path: string) => boolean) {
    this.#root = root;
    this.#ignore = ignore;
    this.#isKept = isKept;
  }

  note(local: WalkEntry): void {
    const end = keyEnd(local);
    if (mayDelete(end, { ignore: this.#ignore, wanted: () => true })) this.#gone.push(end);
  }

  keepFolder(path: string): void {
    this.#listedFolders.add(path);
  }

  async remove(doubt: Told | undefined, summary: TransferSummary, how: Removal): Promise<void> {
    const gone = new PackedTexts();
    for (const end of this.#gone) if (!this.#isKept(end)) gone.push(end);
    await deleteGone(gone, doubt, summary, how, async (end) => {
      if (end.endsWith("/")) return this.#removeFolder(end.slice(0, -1));
      await rm(join(this.#root, end), { force: true });
      let folder = dirname(end);
      while (folder !== "." && !this.#ignore?.(folder, true) && (await this.#removeFolder(folder)))
        folder = dirname(folder);
      return true;
    });
  }

  /** Removes a folder that is empty, and does not stand in the bucket. */
  async #removeFolder(path: string): Promise<boolean> {
    if (this.#listedFolders.has(path)) return false;
    return succeeds(rmdir(join(this.#root, path)));
  }
}
