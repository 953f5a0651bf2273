import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readSmallFile } from "../../../bucket/disk/read-small-file.ts";
import { parseJson } from "../../../protocol/parse-json.ts";
import { type JobFile, jobFileSchema } from "../job-file.ts";
import type { JobFiles } from "../job-files.ts";
import { needsFetcher } from "../standing.ts";

/** The files of jobs for which there is something to do. Those that are done are read once, and again when they change. */
export class WaitingFiles {
  readonly #folder: string;
  readonly #files: Pick<JobFiles, "write">;
  /** By file name: the file as it was when it was read last. */
  readonly #read = new Map<string, string>();
  /** By submission. */
  readonly #waiting = new Map<string, JobFile>();
  #writing: Promise<void> = Promise.resolve();

  /** @param folder with one file for each job */
  constructor(folder: string, files: Pick<JobFiles, "write">) {
    this.#folder = folder;
    this.#files = files;
  }

  /** The jobs that wait for something, the one that was submitted first in front. */
  async list(): Promise<JobFile[]> {
    await this.#writing;
    const names = await readdir(this.#folder).catch(() => []);
    const seen = new Set<string>();
    for (const name of names) {
      if (!/^\d.*\.json$/.test(name)) continue;
      const path = join(this.#folder, name);
      const stats = await stat(path, { bigint: true }).catch(() => undefined);
      if (!stats) continue;
      const mark = `${stats.mtimeNs}:${stats.ino}:${stats.size}`;
      seen.add(name);
      if (this.#read.get(name) === mark) continue;
      const file = read(path);
      if (file) this.#note(file);
      this.#read.set(name, mark);
    }
    for (const name of this.#read.keys()) if (!seen.has(name)) this.#read.delete(name);
    return [...this.#waiting.values()].toSorted((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1));
  }

  /** How a job stands now; undefined: nothing is to be done for it any more. */
  of(submission: string): JobFile | undefined {
    return this.#waiting.get(submission);
  }

  /** Changes what is known of a job, in its file too. */
  async update(submission: string, changes: Partial<JobFile>): Promise<void> {
    const file = this.#waiting.get(submission);
    if (!file) return;
    const changed = { ...file, ...changes };
    this.#note(changed);
    const before = this.#writing;
    const write = async () => {
      await before;
      await this.#files.write(this.#waiting.get(submission) ?? changed);
    };
    const written = write();
    this.#writing = written.catch(() => undefined);
    await written;
  }

  #note(file: JobFile): void {
    if (needsFetcher(file)) this.#waiting.set(file.submission, file);
    else this.#waiting.delete(file.submission);
  }
}

function read(path: string): JobFile | undefined {
  try {
    return parseJson(jobFileSchema, readSmallFile(path).toString("utf8"));
  } catch {
    return undefined;
  }
}
