import { stat } from "node:fs/promises";
import { liveKey, liveWindow, type OutputStream } from "../../protocol/live-output.ts";
import { outputPath } from "../jobs/output-path.ts";
import { fileMark, type Manifest } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { type FilePart, readWindow } from "./read-window.ts";

/** One output file of a running job, and what of it is in the bucket. */
export class LiveStream {
  readonly key: string;
  /** When it was last published, or tried, in milliseconds; 0: never. */
  triedAt = 0;
  /** Whether there is an object, as far as this run of the agent knows. */
  published = false;
  readonly #folder: string;
  readonly #named: string;
  /** Mark of the file when it was last published. */
  #mark = "";
  /** Mark of the file when it was staged, with an earlier run's output; "": no such file; undefined: not known yet. */
  #staged: string | undefined;
  /** The ends of the last two objects: who reads has seen the earlier one, if any. */
  #ends: [number, number] = [0, 0];

  /** @param named where Slurm says that the file is */
  constructor(entry: JobEntry, folder: string, output: OutputStream, named: string) {
    this.key = liveKey(entry.prefix, entry.submission, output);
    this.#folder = folder;
    this.#named = named;
  }

  /**
   * Whether there is something that was not published.
   *
   * @param staged what the job's folder held before it began
   * @returns a mark of the file as it is now; undefined when there is no file, or only that of an earlier run
   */
  async change(staged: () => Promise<Manifest>): Promise<string | undefined> {
    const stats = await stat(this.#named, { bigint: true }).catch(() => undefined);
    if (!stats || stats.size === 0n) return undefined;
    this.#staged ??= (await staged()).get(await this.#path()) ?? "";
    if (this.#staged === fileMark(stats)) return undefined;
    const mark = `${stats.size}:${stats.mtimeNs}:${stats.ino}`;
    return mark === this.#mark ? undefined : mark;
  }

  /** Where it is in the job's folder. */
  async #path(): Promise<string> {
    return (await outputPath(this.#folder, this.#named))?.path ?? "";
  }

  /** Reads what the next object holds; undefined when there is nothing to publish. */
  async read(): Promise<FilePart | undefined> {
    const part = await readWindow(this.#folder, this.#named, (size) => {
      const begunAnew = size < this.#ends[1];
      return liveWindow(size, begunAnew ? 0 : this.#ends[0]);
    });
    return part && part.bytes.length > 0 ? part : undefined;
  }

  /** Notes what is in the bucket now. */
  done(mark: string, part: FilePart | undefined): void {
    this.#mark = mark;
    if (!part) return;
    this.published = true;
    this.#ends = [part.end < this.#ends[1] ? 0 : this.#ends[1], part.end];
  }
}
