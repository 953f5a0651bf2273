import { type FSWatcher, statSync, watch } from "node:fs";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A file that is touched by whoever wants the fetcher to look at once. */
const WAKE_FILE = "wake";

/** Touches the file: the fetcher looks at once. */
export async function wakeFetcher(root: string): Promise<void> {
  const path = join(root, WAKE_FILE);
  const now = new Date();
  await utimes(path, now, now).catch(() => writeFile(path, "", { mode: 0o600 }));
}

/** Waits until somebody has touched the file, or rings in this process. */
export class Wake {
  readonly #root: string;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  #watcher: FSWatcher | undefined;
  #mark: string;
  #isRung = false;
  #isTouched = false;
  #onRing: (() => void) | undefined;

  /** @param sleep ends early, in whatever way, when the signal says so */
  constructor(root: string, sleep: (ms: number, signal: AbortSignal) => Promise<unknown>) {
    this.#root = root;
    this.#sleep = sleep;
    this.#mark = this.#look();
  }

  /** From now on a touch rings at once; where the system cannot tell of one, the file is looked at after each wait. */
  open(): void {
    try {
      this.#watcher = watch(this.#root, (_, name) => {
        if (name === WAKE_FILE || name === null) this.#ringIfTouched();
      });
      this.#watcher.on("error", () => this.close());
    } catch {
      // Such as on a file system without events.
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Ends a wait. */
  ring(): void {
    this.#isRung = true;
    this.#onRing?.();
  }

  /** @returns whether somebody has touched the file since the last wait */
  async wait(ms: number): Promise<boolean> {
    if (!this.#isRung) {
      const ends = new AbortController();
      this.#onRing = () => ends.abort();
      await this.#sleep(ms, ends.signal).catch(() => undefined);
      this.#onRing = undefined;
    }
    this.#ringIfTouched();
    const isTouched = this.#isTouched;
    this.#isRung = false;
    this.#isTouched = false;
    return isTouched;
  }

  #ringIfTouched(): void {
    const mark = this.#look();
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#isTouched = true;
    this.ring();
  }

  #look(): string {
    try {
      return String(statSync(join(this.#root, WAKE_FILE), { bigint: true }).mtimeNs);
    } catch {
      return "";
    }
  }
}
