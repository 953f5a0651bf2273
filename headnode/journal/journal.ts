import { readFileSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { messageOf } from "../../protocol/error.ts";
import type { SubmissionId } from "../../protocol/request.ts";
import type { Log } from "../log.ts";
import { EndedEntries, type EndedEntry } from "./ended-entries.ts";
import { decodeEntry, fileName, isFileName } from "./entry-file.ts";
import { EntryFiles } from "./entry-files.ts";
import { EntryIndex } from "./entry-index.ts";
import { isWaiting, type JobEntry } from "./job-entry.ts";
import { type Reserve, SpareFiles } from "./spare-files.ts";

/** In the journal's folder: what has ended. */
export const ENDED_FOLDER = "ended";

/** In the journal's folder: room for when there is none. */
const SPARE_FOLDER = "spare";

/** Files that are moved at a time when the journal is opened. */
const RETIRED_AT_ONCE = 16;

/** Files that are written at a time when the agent stops. */
const SAVED_AT_ONCE = 64;

/** Whether nothing more is to be done for a submission. */
function isOver(entry: JobEntry): boolean {
  return entry.phase === "done" && entry.outbox.length === 0 && entry.board === undefined;
}

/** Names of the submissions that one waits for. */
function waitedFor(entry: JobEntry): string[] {
  const { waitsFor = [] } = entry;
  if (!isWaiting(entry)) return [];
  return waitsFor.flatMap(({ prefix, submission }) =>
    submission === undefined ? [] : [fileName({ prefix, submission })],
  );
}

/** Milliseconds since 1970; 0 when that is not known. */
function endOf({ times }: JobEntry): number {
  return Date.parse(times.final ?? "") || 0;
}

/**
 * Every submission the agent has taken, one file each. Those for which something is still to be done are in
 * memory, too; when nothing is, the file goes to those that have ended, and is read when it is asked for.
 */
export class Journal {
  readonly #folder: string;
  readonly #ended: EndedEntries;
  readonly #files: EntryFiles;
  readonly #log: Log;
  readonly #entries = new Map<string, JobEntry>();
  readonly #active = new EntryIndex(({ phase, prefix }) => (phase === "done" ? [] : [prefix]));
  readonly #untold = new EntryIndex(({ phase, prefix }) => (phase === "done" ? [prefix] : []));
  readonly #jobs = new EntryIndex(({ phase, slurm }) =>
    phase === "done" || !slurm ? [] : [slurm.jobId],
  );
  readonly #waiting = new EntryIndex(waitedFor);
  readonly #indexes = [this.#active, this.#untold, this.#jobs, this.#waiting];
  readonly #writes = new Map<string, Promise<void>>();
  /** Entries with changes that are in memory alone. */
  readonly #noted = new Set<JobEntry>();

  private constructor(folder: string, log: Log, spares: SpareFiles | undefined) {
    this.#folder = folder;
    this.#log = log;
    this.#files = new EntryFiles(folder, spares);
    this.#ended = new EndedEntries(join(folder, ENDED_FOLDER), log);
  }

  /**
   * Opens the journal in a folder; a damaged file is set aside as `*.damaged` and reported.
   *
   * @param reserve what it keeps of the disk, for when jobs have filled the rest; undefined: nothing
   */
  static async open(folder: string, log: Log, reserve?: Reserve): Promise<Journal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const spares = reserve && (await SpareFiles.open(join(folder, SPARE_FOLDER), reserve, log));
    const journal = new Journal(folder, log, spares);
    await journal.#ended.open();
    for (const name of (await readdir(folder)).filter(isFileName)) {
      const path = join(folder, name);
      // Nothing else runs yet, and of many small files each promise would cost more than the reading.
      const entry = decodeEntry(readFileSync(path, "utf8"));
      if (entry && fileName(entry) === name) journal.#put(name, entry, entry);
      else {
        await rename(path, `${path}.damaged`);
        log("error", "a damaged journal file was set aside", { file: `${name}.damaged` });
      }
    }
    // A crash may have come between the end and the move; earlier versions did not move them.
    const over = journal.all().filter(isOver);
    await eachBounded(over, RETIRED_AT_ONCE, (entry) => journal.#retire(entry));
    return journal;
  }

  /** The entry of one submission; of one that has ended, a copy. */
  async get(prefix: string, submission: string): Promise<JobEntry | undefined> {
    const name = fileName({ prefix, submission });
    return this.#entries.get(name) ?? (await this.#ended.read(name));
  }

  /** The entry of one submission for which something is still to be done. */
  active(submission: SubmissionId): JobEntry | undefined {
    return this.#entries.get(fileName(submission));
  }

  /** The one submission of a prefix that has not ended. */
  activeOf(prefix: string): JobEntry | undefined {
    return this.#active.firstOf(prefix);
  }

  /** The entry whose job has this Slurm id and has not ended. */
  runningJob(jobId: string): JobEntry | undefined {
    return this.#jobs.firstOf(jobId);
  }

  /** The submissions that wait for this one to end. */
  waitingFor(submission: SubmissionId): JobEntry[] {
    return this.#waiting.of(fileName(submission));
  }

  /** Every submission for which something is still to be done. */
  all(): JobEntry[] {
    return [...this.#entries.values()];
  }

  /** The submission of a prefix that ended last, as far as the journal knows; a copy. */
  async lastEnded(prefix: string): Promise<JobEntry | undefined> {
    const aside = await this.#ended.lastOf(prefix);
    // Its last event may not be published yet; then it is not put aside.
    return [aside, ...this.#untold.of(prefix)]
      .flatMap((one) => one ?? [])
      .toSorted((a, b) => endOf(a) - endOf(b))
      .at(-1);
  }

  /** Submissions that ended in hours that were over by then, unread, from the oldest on. */
  endedBefore(ms: number): AsyncGenerator<EndedEntry> {
    return this.#ended.before(ms);
  }

  /** Ended submissions whose work folders may be there, unread, from the oldest hour on. */
  uncleaned(): AsyncGenerator<EndedEntry> {
    return this.#ended.uncleaned();
  }

  /** Notes that the work folder of an ended submission is gone. */
  setCleaned(entry: EndedEntry): Promise<void> {
    return this.#ended.setCleaned(entry);
  }

  /** Forgets a submission that has ended. */
  remove(entry: EndedEntry): Promise<void> {
    return this.#ended.remove(entry);
  }

  /** Puts aside what could not be put aside when it ended. */
  async retireLeft(): Promise<void> {
    for (const entry of this.all().filter(isOver)) await this.note(entry, () => ({}));
  }

  /** Adds a submission; on disk when this returns. */
  async add(entry: JobEntry): Promise<void> {
    await this.#write(entry, () => entry);
  }

  /**
   * Changes an entry in place; on disk before the change is seen, and when this returns. What comes too late for
   * an ended one is of no consequence.
   *
   * @param change says what changes, from the entry as it is when its turn has come
   */
  async update(entry: JobEntry, change: (now: JobEntry) => Partial<JobEntry>): Promise<void> {
    await this.#write(entry, this.#changed(entry, change));
  }

  /**
   * Changes an entry in memory alone, for what may be done again: the change goes to disk with the next one of the
   * entry, and after a crash before that the entry is as it was. When nothing more is to be done for a submission, its
   * file is put aside as it is: what it says of the changes noted last is out of date, and is not looked at.
   *
   * @param change as for `update`
   */
  async note(entry: JobEntry, change: (now: JobEntry) => Partial<JobEntry>): Promise<void> {
    await this.#write(entry, this.#changed(entry, change), "in memory");
  }

  /** Writes what was changed in memory alone, so that it is not done again after an orderly stop. */
  async save(): Promise<void> {
    await eachBounded([...this.#noted], SAVED_AT_ONCE, (entry) => this.update(entry, () => ({})));
  }

  #changed(
    entry: JobEntry,
    change: (now: JobEntry) => Partial<JobEntry>,
  ): () => JobEntry | undefined {
    const name = fileName(entry);
    return () => (this.#entries.get(name) === entry ? { ...entry, ...change(entry) } : undefined);
  }

  /** One write of a file at a time, so that a later change never meets an earlier one half-way. */
  async #write(
    entry: JobEntry,
    next: () => JobEntry | undefined,
    where: "on disk" | "in memory" = "on disk",
  ): Promise<void> {
    const name = fileName(entry);
    const before = this.#writes.get(name) ?? Promise.resolve();
    const write = before
      .catch(() => undefined)
      .then(async () => {
        const changed = next();
        if (changed === undefined) return;
        if (where === "on disk") await this.#files.keep(name, changed);
        if (where === "on disk") this.#noted.delete(entry);
        else this.#noted.add(entry);
        this.#put(name, entry, changed);
        if (isOver(entry)) await this.#retire(entry);
      });
    this.#writes.set(name, write);
    try {
      await write;
    } finally {
      if (this.#writes.get(name) === write) this.#writes.delete(name);
    }
  }

  /** Changes an entry in memory. */
  #put(name: string, entry: JobEntry, changed: JobEntry): void {
    this.#unlist(name);
    this.#entries.set(name, Object.assign(entry, changed));
    for (const index of this.#indexes) index.add(entry);
  }

  /** An entry that is about to change, or to go, is in no index. */
  #unlist(name: string): void {
    const entry = this.#entries.get(name);
    if (entry) for (const index of this.#indexes) index.remove(entry);
  }

  /**
   * Moves an entry to those that have ended; in between it is found in both places. What cannot be moved, as on a full
   * disk, stays until the next time: what it says is on disk.
   */
  async #retire(entry: JobEntry): Promise<void> {
    const name = fileName(entry);
    try {
      await this.#ended.take(entry, join(this.#folder, name));
      this.#unlist(name);
      this.#entries.delete(name);
      this.#noted.delete(entry);
      this.#files.forget(name);
    } catch (error) {
      this.#log("warn", "an ended submission is not put aside yet", {
        prefix: entry.prefix,
        submission: entry.submission,
        error: messageOf(error),
      });
    }
  }
}
