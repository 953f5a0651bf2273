import { type FSWatcher, readFileSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { decodeEntry } from "../../headnode/journal/journal.ts";
import type { JobEntry, Phase } from "../../headnode/journal/job-entry.ts";

/** Sees each phase that the agent writes into its journal, from outside. */
export class JournalWatch {
  readonly #folder: string;
  readonly #watcher: FSWatcher;
  /** By prefix: phases that were asked for, and what is done at each. */
  readonly #asked = new Map<string, Map<Phase, () => void>>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#watcher = watch(folder, (_event, name) => {
      if (name !== null && this.#asked.has(prefixOf(name))) this.#look(name);
    });
  }

  /** Does something once, as soon as the prefix has reached a phase. */
  at(prefix: string, phase: Phase, act: () => void): void {
    const phases = this.#asked.get(prefix) ?? new Map<Phase, () => void>();
    this.#asked.set(prefix, phases.set(phase, act));
  }

  /** Every entry in the journal. */
  entries(): JobEntry[] {
    const names = readdirSync(this.#folder).filter((name) => /^[^.].*\.json$/.test(name));
    return names.flatMap(
      (name) => decodeEntry(readFileSync(join(this.#folder, name), "utf8")) ?? [],
    );
  }

  /** Files that the agent set aside because they were damaged. */
  damaged(): string[] {
    return readdirSync(this.#folder).filter((name) => name.endsWith(".damaged"));
  }

  close(): void {
    this.#watcher.close();
  }

  #look(name: string): void {
    let entry: JobEntry | undefined;
    try {
      entry = decodeEntry(readFileSync(join(this.#folder, name), "utf8"));
    } catch {
      return;
    }
    const phases = this.#asked.get(prefixOf(name));
    const act = entry && phases?.get(entry.phase);
    if (!entry || !act) return;
    phases?.delete(entry.phase);
    act();
  }
}

function prefixOf(name: string): string {
  return name.slice(0, name.indexOf("@"));
}
