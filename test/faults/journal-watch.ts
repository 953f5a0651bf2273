import { type FSWatcher, readdirSync, readFileSync, watch } from "node:fs";
import { basename, join } from "node:path";
import { FILES_FOLDER } from "../../headnode/journal/ended-entries.ts";
import { decodeEntry, isFileName } from "../../headnode/journal/entry-file.ts";
import type { JobEntry, Phase } from "../../headnode/journal/job-entry.ts";
import { ENDED_FOLDER } from "../../headnode/journal/journal.ts";

/** Sees each phase that the agent writes into its journal, from outside. */
export class JournalWatch {
  /** Of what is to be done, and of what has ended. */
  readonly #folders: readonly string[];
  readonly #watchers: readonly FSWatcher[];
  /** By prefix: phases that were asked for, and what is done at each. */
  readonly #asked = new Map<string, Map<Phase, () => void>>();

  constructor(folder: string) {
    this.#folders = [folder, join(folder, ENDED_FOLDER, FILES_FOLDER)];
    this.#watchers = this.#folders.map((each) =>
      watch(each, (_event, name) => {
        if (name !== null && this.#asked.has(prefixOf(name))) this.#look(join(each, name));
      }),
    );
  }

  /** Does something once, as soon as the prefix has reached a phase. */
  at(prefix: string, phase: Phase, act: () => void): void {
    const phases = this.#asked.get(prefix) ?? new Map<Phase, () => void>();
    this.#asked.set(prefix, phases.set(phase, act));
  }

  /** Every entry in the journal. */
  entries(): JobEntry[] {
    const files = this.#files((name) => isFileName(name));
    return files.flatMap((file) => read(file) ?? []);
  }

  /** Every entry for which something is to be done: those that have ended are elsewhere. */
  unfinished(): JobEntry[] {
    const [folder = ""] = this.#folders;
    const names = readdirSync(folder).filter((name) => isFileName(name));
    return names.flatMap((name) => read(join(folder, name)) ?? []);
  }

  /** Files that the agent set aside because they were damaged. */
  damaged(): string[] {
    return this.#files((name) => name.endsWith(".damaged"));
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  #files(isMeant: (name: string) => boolean): string[] {
    return this.#folders.flatMap((folder) =>
      readdirSync(folder)
        .filter(isMeant)
        .map((name) => join(folder, name)),
    );
  }

  #look(file: string): void {
    const entry = read(file);
    const phases = this.#asked.get(prefixOf(basename(file)));
    const act = entry && phases?.get(entry.phase);
    if (!entry || !act) return;
    phases?.delete(entry.phase);
    act();
  }
}

/** undefined when it has just moved on. */
function read(file: string): JobEntry | undefined {
  try {
    return decodeEntry(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function prefixOf(name: string): string {
  return name.slice(0, name.indexOf("@"));
}
