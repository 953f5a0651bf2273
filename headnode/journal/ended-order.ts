import { randomUUID } from "node:crypto";
import { mkdir, opendir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { ownDisk } from "../../bucket/disk/disk.ts";
import { linkOn, removeOn, renameOn } from "../../bucket/disk/names.ts";
import { syncFolder } from "../../bucket/disk/replace-file.ts";
import { unless } from "../../bucket/disk/unless.ts";
import type { SubmissionId } from "../../protocol/request.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { idOfName } from "./entry-file.ts";

const HOUR_MS = 3_600_000;

/** A submission in the order in which they ended. */
export interface OrderedEntry extends SubmissionId {
  /** Of its file. */
  name: string;
  /** The folder that it is in. */
  hour: string;
}

/**
 * An order of ended submissions: a folder for each hour in which some have ended, with a further name of each one's file. So
 * the oldest are found without a look at the others. The names alone count; nothing is read.
 */
export class EndedOrder {
  readonly #folder: string;
  readonly #sync: () => Promise<void>;
  /** Hours whose names have changed since the last fsync. */
  readonly #touched = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#sync = shareNext(async () => {
      const hours = [...this.#touched];
      this.#touched.clear();
      for (const hour of hours) await syncFolder(join(folder, hour)).catch(unless("ENOENT"));
    });
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /**
   * Adds a file, or replaces the one of the same name; on disk when this returns.
   *
   * @param endedMs when the submission ended, milliseconds since 1970
   */
  async add(name: string, endedMs: number, file: string): Promise<void> {
    const hour = new Date(endedMs).toISOString().slice(0, 13);
    await this.#into(hour, () => linkOver(file, join(this.#folder, hour, name)));
    await this.#sync();
  }

  /** Takes over what is in another order; on disk when this returns. */
  async move({ hour, name }: OrderedEntry, from: EndedOrder): Promise<void> {
    const old = from.#pathOf({ hour, name });
    await this.#into(hour, () => renameOn(ownDisk, old, this.#pathOf({ hour, name })));
    await this.#sync();
  }

  async remove(entry: OrderedEntry): Promise<void> {
    await rm(this.#pathOf(entry), { force: true });
  }

  /**
   * The submissions of one hour after the other, from the oldest on. Those that have been returned may be removed meanwhile.
   *
   * @param beforeMs only of hours that were over by then
   */
  async *entries(beforeMs = Number.POSITIVE_INFINITY): AsyncGenerator<OrderedEntry> {
    for (const hour of (await readdir(this.#folder)).toSorted()) {
      const endMs = Date.parse(`${hour}:00:00.000Z`) + HOUR_MS;
      // Also for a folder of another name: nothing is known of it.
      if (!(endMs <= beforeMs)) continue;
      const folder = join(this.#folder, hour);
      for await (const { name } of await opendir(folder)) {
        const id = idOfName(name);
        if (id) yield { ...id, name, hour };
      }
      // Some may be left, or come just now.
      await rmdir(folder).catch(() => undefined);
    }
  }

  /** The path of one's file. */
  #pathOf({ hour, name }: Pick<OrderedEntry, "hour" | "name">): string {
    return join(this.#folder, hour, name);
  }

  /** Changes the folder of an hour, which is made when it is not there. */
  async #into(hour: string, change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      unless("ENOENT")(error as NodeJS.ErrnoException);
      await mkdir(join(this.#folder, hour), { recursive: true, mode: 0o700 });
      await syncFolder(this.#folder);
      await change();
    }
    this.#touched.add(hour);
  }
}

/** Gives a file a further name, which is another one's no more. */
export async function linkOver(file: string, path: string): Promise<void> {
  try {
    await linkOn(ownDisk, file, path);
  } catch (error) {
    unless("EEXIST")(error as NodeJS.ErrnoException);
    const beside = join(path, "..", `.${randomUUID()}`);
    await linkOn(ownDisk, file, beside);
    try {
      await renameOn(ownDisk, beside, path);
    } finally {
      // A rename to another name of the same file leaves both.
      await removeOn(ownDisk, beside);
    }
  }
}
