import { randomUUID } from "node:crypto";
import * as files from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { OWN_TEXT } from "./as-own.ts";
import { makeFolder } from "./make-folder.ts";
import type { LockOptions } from "./replace-left.ts";

/** So often a lock may be gone, or another one's, just when it is looked at. */
const TRIES = 3;

/** Texts of locks that this process has, or is about to have. */
const held = new Set<string>();

/**
 * A lock that is a file: whoever makes it has the lock. It works on any file system, and waits for nothing. In the file stand
 * the process, the machine, a word that no other lock has, and when the process was started, where that is looked up. One
 * that was left behind is taken over: see replaceLeft.
 */
export class LockByName {
  readonly path: string;
  readonly #options: Required<LockOptions>;
  #text = "";

  constructor(path: string, options: LockOptions) {
    this.path = path;
    this.#options = { processOf: undefined, files, ...options };
  }

  /**
   * @returns false: another one has it, or is about to have it
   * @throws the system's error where no file can be made
   */
  async take(): Promise<boolean> {
    const { path } = this;
    const { processOf, mode, files } = this.#options;
    const startedAt = processOf?.("self")?.startedAt ?? "";
    for (let tries = TRIES; tries > 0; tries--) {
      const text = `${process.pid} ${hostname()} ${randomUUID()} ${startedAt}`;
      held.add(text);
      try {
        await files.writeFile(path, text, { flag: "wx", mode: mode & 0o666 });
        this.#text = text;
        return true;
      } catch (error) {
        held.delete(text);
        const { code, syscall } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" && tries > 1) {
          await makeFolder(dirname(path), mode);
          continue;
        }
        if (code !== "EEXIST") {
          // Made, but not written, as on a full disk: without its text it would be taken for another one's.
          if (syscall !== "open") await files.rm(path, { force: true });
          throw Object.assign(error as object, { path });
        }
      }
      const { replaceLeft } = await import("./replace-left.ts");
      const next = (name: string) => new LockByName(name, this.#options);
      const lock = await replaceLeft(path, this.#options, held, next);
      if (lock === "taken") return false;
      if (lock === "gone") continue;
      this.#text = lock.#text;
      return true;
    }
    return false;
  }

  /** One that another has taken over, because it was so old, stays. */
  async release(): Promise<void> {
    const { files } = this.#options;
    const text = await files.readFile(this.path, OWN_TEXT).catch(() => "");
    if (text === this.#text) await files.rm(this.path, { force: true });
    held.delete(this.#text);
  }
}
