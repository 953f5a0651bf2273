import type { JobEntry } from "./job-entry.ts";

/** Entries by something that several of them may share. */
export class EntryIndex {
  readonly #keyOf: (entry: JobEntry) => string | undefined;
  readonly #entries = new Map<string, Set<JobEntry>>();

  /** @param keyOf undefined: the entry is not in the index */
  constructor(keyOf: (entry: JobEntry) => string | undefined) {
    this.#keyOf = keyOf;
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
    const key = this.#keyOf(entry);
    if (key === undefined) return;
    const there = this.#entries.get(key) ?? new Set();
    this.#entries.set(key, there.add(entry));
  }

  /** Called before the entry changes, and when it goes. */
  remove(entry: JobEntry): void {
    const key = this.#keyOf(entry) ?? "";
    const there = this.#entries.get(key);
    there?.delete(entry);
    if (there?.size === 0) this.#entries.delete(key);
  }
}
