import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

/** A process of another machine, which cannot be asked for, is taken for gone after so long. */
const FOREIGN_MS = 24 * 3_600_000;

/** Locks that this process has. */
const held = new Set<string>();

/** Says which one process works in a folder; one that died does not keep others out. */
export class FolderLock {
  readonly #path: string;
  readonly #now: () => number;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** @returns false when another one has it */
  async take(): Promise<boolean> {
    // Twice: the second time after one that was left behind is out of the way.
    for (const _try of [1, 2]) {
      try {
        await writeFile(this.#path, `${process.pid} ${hostname()}`, { flag: "wx" });
        held.add(this.#path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      if (await this.#isAlive()) return false;
      await rm(this.#path, { force: true });
    }
    return false;
  }

  async release(): Promise<void> {
    held.delete(this.#path);
    await rm(this.#path, { force: true });
  }

  async #isAlive(): Promise<boolean> {
    try {
      const [pid, host] = (await readFile(this.#path, "utf8")).split(" ");
      if (host !== hostname()) return this.#now() - (await stat(this.#path)).mtimeMs < FOREIGN_MS;
      // In a container each process may have the same number as the one before.
      if (Number(pid) === process.pid) return held.has(this.#path);
      return isRunning(Number(pid));
    } catch {
      return false;
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
