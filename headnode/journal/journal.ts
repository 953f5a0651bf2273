import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log.ts";
import { writeDurably } from "./durable-file.ts";
import { type JobEntry, jobEntrySchema } from "./job-entry.ts";

/** The name of an entry's file; `@` can be in neither part. */
function fileName(entry: { prefix: string; submission: string }): string {
  return `${entry.prefix}@${entry.submission}.json`;
}

/** The text of an entry's file: a checksum, and what it is the checksum of. */
export function encodeEntry(entry: JobEntry): string {
  const body = JSON.stringify(entry);
  return `${createHash("sha256").update(body).digest("hex")}\n${body}\n`;
}

/** The entry in a file's text; undefined when the text is torn, damaged or foreign. */
export function decodeEntry(text: string): JobEntry | undefined {
  const [checksum, body, rest] = text.split("\n");
  if (body === undefined || rest !== "") return undefined;
  if (createHash("sha256").update(body).digest("hex") !== checksum) return undefined;
  try {
    return jobEntrySchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Every submission the agent has taken, on disk and in memory; one file each. */
export class Journal {
  readonly #folder: string;
  readonly #entries = new Map<string, JobEntry>();
  readonly #writes = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the journal in a folder; a damaged file is set aside as `*.damaged` and reported. */
  static async open(folder: string, log: Log): Promise<Journal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const journal = new Journal(folder);
    for (const name of await readdir(folder)) {
      if (name.startsWith(".") || !name.endsWith(".json")) continue;
      const path = join(folder, name);
      // Nothing else runs yet, and of 10,000 small files each promise would cost more than the reading.
      const entry = decodeEntry(readFileSync(path, "utf8"));
      if (entry && fileName(entry) === name) journal.#entries.set(name, entry);
      else {
        await rename(path, `${path}.damaged`);
        log("error", "a damaged journal file was set aside", { file: `${name}.damaged` });
      }
    }
    return journal;
  }

  /** The entry of one submission. */
  get(prefix: string, submission: string): JobEntry | undefined {
    return this.#entries.get(fileName({ prefix, submission }));
  }

  /** The entries of a prefix, oldest first. */
  ofPrefix(prefix: string): JobEntry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.prefix === prefix)
      .toSorted((a, b) => (a.times.accepted ?? "").localeCompare(b.times.accepted ?? ""));
  }

  /** The one submission of a prefix that has not ended. */
  activeOf(prefix: string): JobEntry | undefined {
    return this.ofPrefix(prefix).find((entry) => entry.phase !== "done");
  }

  /** The entry whose job has this Slurm id and has not ended. */
  runningJob(jobId: string): JobEntry | undefined {
    return this.all().find((entry) => entry.slurm?.jobId === jobId && entry.phase !== "done");
  }

  all(): JobEntry[] {
    return [...this.#entries.values()];
  }

  /** Adds a submission; on disk when this returns. */
  async add(entry: JobEntry): Promise<void> {
    await this.#write(entry, () => entry);
    this.#entries.set(fileName(entry), entry);
  }

  /**
   * Changes an entry in place; on disk before the change is seen, and when this returns.
   *
   * @param change says what changes, from the entry as it is when its turn has come
   */
  async update(entry: JobEntry, change: (now: JobEntry) => Partial<JobEntry>): Promise<void> {
    await this.#write(entry, () => ({ ...entry, ...change(entry) }));
  }

  /** Forgets a submission that has ended. */
  async remove(entry: JobEntry): Promise<void> {
    const name = fileName(entry);
    await rm(join(this.#folder, name), { force: true });
    this.#entries.delete(name);
  }

  /** One write of a file at a time, so that a later change never meets an earlier one half-way. */
  async #write(entry: JobEntry, next: () => JobEntry): Promise<void> {
    const name = fileName(entry);
    const before = this.#writes.get(name) ?? Promise.resolve();
    const write = before
      .catch(() => undefined)
      .then(async () => {
        const changed = next();
        await writeDurably(join(this.#folder, name), encodeEntry(changed));
        Object.assign(entry, changed);
      });
    this.#writes.set(name, write);
    try {
      await write;
    } finally {
      if (this.#writes.get(name) === write) this.#writes.delete(name);
    }
  }
}
