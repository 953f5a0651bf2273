import type { JobEntry } from "./journal/job-entry.ts";
import { YOUNG_MS } from "./steps/await-end.ts";

/**
 * Has each job looked at once more, a moment after Slurm has it: whoever watches it wants to see at once why it
 * waits, not when the journal is next compared with Slurm. By then, short jobs have ended.
 */
export class SecondLook {
  readonly #look: (entry: JobEntry) => void;
  readonly #timers = new Map<JobEntry, NodeJS.Timeout>();

  constructor(look: (entry: JobEntry) => void) {
    this.#look = look;
  }

  /** Called with each change of an entry. */
  see(entry: JobEntry): void {
    const isNew = entry.phase === "running" && entry.slurm?.state === undefined;
    if (!isNew || this.#timers.has(entry)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(entry);
      if (entry.phase === "running") this.#look(entry);
    }, YOUNG_MS + 1000);
    this.#timers.set(entry, timer.unref());
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
