import { type FSWatcher, watch } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ownDisk } from "../../bucket/disk/disk.ts";
import { lookAtStart } from "../../bucket/disk/files.ts";
import { removeOn } from "../../bucket/disk/names.ts";
import { unless } from "../../bucket/disk/unless.ts";
import { messageOf } from "../../protocol/error.ts";
import type { Log } from "../log.ts";

/** Bytes of a file that are read: hooks write some hundreds. */
const MESSAGE_MAX = 4096;

/** Ports of every spool of the agent. */
export interface SpoolPorts extends Pick<SpoolOptions, "log" | "rescanMs"> {
  /** Holds `spool/`. */
  home: string;
}

export interface SpoolOptions {
  folder: string;
  /** Acts on one file; the file is removed when this returns, and kept for later when it throws. */
  handle(text: string, name: string): Promise<void>;
  log: Log;
  /** Milliseconds between looks at the folder; inotify reports files at once, but may lose some. */
  rescanMs: number;
}

/**
 * A folder into which hooks move complete files, and which is emptied as they are acted on. Names that
 * begin with a dot are files being written.
 */
export class Spool {
  readonly #options: SpoolOptions;
  /** Files being acted on; true: to be acted on again if that fails. */
  readonly #inHand = new Map<string, boolean>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Watches the folder; what is in it already waits for `scan`. */
  async start(): Promise<void> {
    const { folder, rescanMs } = this.#options;
    await mkdir(folder, { recursive: true });
    this.#watcher = watch(folder, (_event, name) => {
      if (name === null) void this.scan();
      else void this.#take(name);
    });
    this.#timer = setInterval(() => void this.scan(), rescanMs);
  }

  /** Acts on no further file, also where a look at the folder is under way: they are the next agent's. */
  stop(): void {
    this.#isStopped = true;
    this.#watcher?.close();
    clearInterval(this.#timer);
  }

  /**
   * Acts on what is in the folder, at once; also what was left for later may go now. Returns when every
   * file has been acted on or left for later again.
   */
  async scan(): Promise<void> {
    for (const name of this.#inHand.keys()) this.#inHand.set(name, true);
    try {
      const names = await readdir(this.#options.folder);
      await Promise.all(names.map((name) => this.#take(name)));
    } catch (error) {
      this.#options.log("error", "the spool cannot be read", { error: messageOf(error) });
    }
  }

  async #take(name: string): Promise<void> {
    if (this.#isStopped || name.startsWith(".") || this.#inHand.has(name)) return;
    this.#inHand.set(name, false);
    const path = join(this.#options.folder, name);
    let again = false;
    try {
      // inotify also reports a file's removal.
      const text = await textOf(path).catch(unless("ENOENT"));
      if (text === undefined) return;
      await this.#options.handle(text, name);
      await removeOn(ownDisk, path);
    } catch (error) {
      again = this.#inHand.get(name) === true;
      this.#options.log("warn", "a spool file is left for later", {
        file: name,
        error: messageOf(error),
      });
    } finally {
      this.#inHand.delete(name);
    }
    if (again) await this.#take(name);
  }
}

/** Reads a spool file. Waits for no pipe and follows no link. */
async function textOf(path: string): Promise<string> {
  const text = (bytes: Buffer) => bytes.toString("utf8");
  return lookAtStart(ownDisk, path, MESSAGE_MAX, text, { noFollow: true });
}
