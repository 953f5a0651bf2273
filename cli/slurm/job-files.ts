import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import { isJobFile, type JobFile, jobFileSchema } from "./job-file.ts";

/** Files and folders are the user's alone: they tell what was run, and whoever knows a board may read it. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * The files of the jobs that were sent by this user to one bucket. A job is known by its submission: ids of Slurm begin
 * again when a cluster is made anew, and then the newer job has the id.
 */
export class JobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The newest job with this id; undefined: there is none, or its file cannot be read. */
  async read(id: string): Promise<JobFile | undefined> {
    return /^\d+$/.test(id) ? this.#read(`${id}.json`) : undefined;
  }

  /**
   * All jobs, the newest first; files that cannot be read are passed over. They are read one after the other: in Node.js's threads, a
   * call takes several times as long.
   */
  async list(): Promise<JobFile[]> {
    const names = await readdir(this.#folder).catch(unlessMissing);
    const wanted = names.filter((name) => /^\d+(\.[^.].*)?\.json$/.test(name));
    return wanted
      .flatMap((name) => this.#glance(name) ?? [])
      .toSorted((a, b) => (a.submittedAt < b.submittedAt ? 1 : -1));
  }

  /** The jobs that have their ids alone: of two with the same id the newer one. The newest first. */
  async listNewest(): Promise<JobFile[]> {
    const seen = new Set<string>();
    return (await this.list()).filter(({ id }) => !seen.has(id) && seen.add(id));
  }

  /** Writes a job as a whole. One with the same id and another submission is kept beside it. */
  async write(job: JobFile): Promise<void> {
    await makeFolder(this.#folder, FOLDER_MODE);
    const other = await this.read(job.id);
    const isOther = other !== undefined && other.submission !== job.submission;
    if (isOther && other.submittedAt > job.submittedAt)
      return this.#write(`${job.id}.${job.submission}.json`, job);
    if (isOther) await this.#write(`${other.id}.${other.submission}.json`, other);
    await this.#write(`${job.id}.json`, job);
  }

  async #write(name: string, job: JobFile): Promise<void> {
    const text = `${JSON.stringify(job, null, 1)}\n`;
    await replaceFile(join(this.#folder, name), text, { mode: FILE_MODE });
  }

  #glance(name: string): JobFile | undefined {
    try {
      const value: unknown = JSON.parse(readFileSync(join(this.#folder, name), "utf8"));
      return isJobFile(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  async #read(name: string): Promise<JobFile | undefined> {
    const path = join(this.#folder, name);
    const text = await readFile(path, "utf8").catch(() => undefined);
    return text === undefined ? undefined : parseJson(jobFileSchema, text);
  }
}

function unlessMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
