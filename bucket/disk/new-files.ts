import * as callbacks from "node:fs";
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  openSync,
  rmSync,
} from "node:fs";
import { promisify } from "node:util";
import { writeAllLater, writeAllNow } from "./all-bytes.ts";
import type { Disk } from "./disk.ts";

const openInThread = promisify(callbacks.open);
const chmodInThread = promisify(callbacks.fchmod);
const timesInThread = promisify(callbacks.futimes);
const closeInThread = promisify(callbacks.close);
const removeInThread = promisify(callbacks.unlink);

const { O_WRONLY, O_CREAT, O_TRUNC, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Refuses a symbolic link in its place, and a pipe without a reader. */
const ANEW = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;

/** Of the system, for a file that is made of all its bytes. */
const CALLS = 4;

/** Modification time (seconds) and permission bits of a file, as far as they are known. */
export interface FileProperties {
  mtime?: number | undefined;
  mode?: number | undefined;
}

/**
 * Makes files in one folder. A file is made with its mode, so that it need not be changed: whether the system's mask, an
 * access control list or the kind of disk alters a mode is looked at once for each mode.
 */
export class NewFiles {
  readonly disk: Disk;
  /** Whether a new file has the mode that it is made with. */
  readonly #isKept = new Map<number, boolean>();

  constructor(disk: Disk) {
    this.disk = disk;
  }

  /**
   * Opens a file for writing, empty, with a mode.
   *
   * @returns a descriptor
   */
  open(path: string, { mode }: FileProperties): number | Promise<number> {
    return this.disk.ask(
      () => this.#openNow(path, mode),
      () => this.#openLater(path, mode),
    );
  }

  /** Gives an open file its time, and closes it. */
  close(file: number, { mtime }: FileProperties): void | Promise<void> {
    return this.disk.ask(
      () => {
        try {
          if (mtime !== undefined) futimesSync(file, mtime, mtime);
        } finally {
          closeSync(file);
        }
      },
      async () => {
        try {
          if (mtime !== undefined) await timesInThread(file, mtime, mtime);
        } finally {
          await closeInThread(file);
        }
      },
    );
  }

  /**
   * Makes a file of all its bytes, by four calls of the system.
   *
   * @param bytes lent only until this returns, even when what it returns is a promise
   */
  write(path: string, bytes: Buffer, properties: FileProperties): void | Promise<void> {
    const { mode, mtime } = properties;
    return this.disk.ask(
      () => {
        const file = this.#openNow(path, mode);
        try {
          writeAllNow(file, bytes, 0);
          if (mtime !== undefined) futimesSync(file, mtime, mtime);
        } finally {
          closeSync(file);
        }
      },
      () => this.#writeLater(path, Buffer.from(bytes), properties),
      bytes.length,
      CALLS,
    );
  }

  async #writeLater(path: string, own: Buffer, { mode, mtime }: FileProperties): Promise<void> {
    const file = await this.#openLater(path, mode);
    try {
      await writeAllLater(file, own, 0);
      if (mtime !== undefined) await timesInThread(file, mtime, mtime);
    } finally {
      await closeInThread(file);
    }
  }

  #openNow(path: string, mode: number | undefined): number {
    if (mode === undefined) return openSync(path, ANEW, 0o666);
    let file: number;
    let isNew = true;
    try {
      file = openSync(path, ANEW | O_EXCL, mode);
    } catch (error) {
      unlessThere(error);
      [file, isNew] = this.#openThereNow(path, mode);
    }
    try {
      if (!isNew || !this.#has(file, mode)) fchmodSync(file, mode);
      return file;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  async #openLater(path: string, mode: number | undefined): Promise<number> {
    if (mode === undefined) return openInThread(path, ANEW, 0o666);
    let file: number;
    let isNew = true;
    try {
      file = await openInThread(path, ANEW | O_EXCL, mode);
    } catch (error) {
      unlessThere(error);
      [file, isNew] = await this.#openThereLater(path, mode);
    }
    try {
      if (!isNew || !this.#has(file, mode)) await chmodInThread(file, mode);
      return file;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** Empties a file that is there; one that came read only, and is to come again, gives its place to another. */
  #openThereNow(path: string, mode: number): [file: number, isNew: boolean] {
    try {
      return [openSync(path, ANEW, mode), false];
    } catch (error) {
      unlessReadOnly(error);
      rmSync(path);
      return [openSync(path, ANEW | O_EXCL, mode), true];
    }
  }

  async #openThereLater(path: string, mode: number): Promise<[file: number, isNew: boolean]> {
    try {
      return [await openInThread(path, ANEW, mode), false];
    } catch (error) {
      unlessReadOnly(error);
      await removeInThread(path);
      return [await openInThread(path, ANEW | O_EXCL, mode), true];
    }
  }

  /** Whether a file that was just made with a mode has it. What is open answers at once. */
  #has(file: number, mode: number): boolean {
    let isKept = this.#isKept.get(mode);
    if (isKept === undefined) {
      isKept = (fstatSync(file).mode & 0o7777) === mode;
      this.#isKept.set(mode, isKept);
    }
    return isKept;
  }
}

/** A file that is there already keeps its mode when it is opened. */
function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
}

function unlessReadOnly(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
}
