import type { JobEntry } from "./job-entry.ts";

/** Entries by something that several of them may share, and of which one may have several. */
export class EntryIndex {
  readonly #keysOf: (entry: JobEntry) => readonly string[];
  readonly #entries = new Map<string, Set<JobEntry>>();

  /** @param keysOf none: the entry is not in the index */
  constructor(keysOf: (entry: JobEntry) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  /** Those with a key, the one that was added first in front. */
  of(key: string): JobEntry[] {
    return [...(this.#entries.get(key) ?? [])];
  }

  /** The one with a key that was added first. */
  firstOf(key: string): JobEntry | undefined {
    const [first] = this.#entries.get(key) ?? [];
    return first;
  }

  add(entry: JobEntry): void {
    for (const key of this.#keysOf(entry)) {
      const there = this.#entries.get(key) ?? new Set();
      this.#entries.set(key, there.add(entry));
    }
  }

  /** Called before the entry changes, and when it goes. */
  remove(entry: JobEntry): void {
    for (const key of this.#keysOf(entry)) {
      const there = this.#entries.get(key);
      there?.delete(entry);
      if (there?.size === 0) this.#entries.delete(key);
    }
  }
}
