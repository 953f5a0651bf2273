import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { otherKind } from "../disk/open-to-read.ts";

/** Bytes of one ranged GET. */
export const RANGE = 8 * 1024 * 1024;
/** A range is noted in so many steps. */
const STEPS = 8;
const STEP = RANGE / STEPS;
/** Steps are written down no more often than this, in milliseconds: on a fast line whole ranges come in less. */
const SAVE_MS = 1_000;

/** Begins a line; then comes 3 where it may be ahead of the bytes after a crash of the machine, and 4 where it may not. */
const MAGIC = "cloud-submit partial file ";

/**
 * A file that is being downloaded in ranges, in any order. Until it is complete, a line after its last
 * byte says which object it is and how much of each range is there, so that there is no second file to lose; the
 * line goes when all is. After a crash of the machine the line may be ahead of the bytes: the checksum
 * at the end tells; where there is none, bytes are on the disk before the line says so.
 */
export class PartialFile {
  readonly file: FileHandle;
  readonly size: number;
  /** The line, but for what is there. */
  readonly #head: string;
  readonly #isSafe: boolean;
  #isResumed: boolean;
  /** Steps of each range that are there, from its first byte on. */
  readonly #done: Uint8Array;
  #savedAt = performance.now();
  #saving: Promise<void> = Promise.resolve();
  /** Whether a write of the line is yet to begin: it will hold what is noted until then. */
  #queued = false;

  private constructor(
    file: FileHandle,
    size: number,
    head: string,
    isSafe: boolean,
    done: Uint8Array | undefined,
  ) {
    this.file = file;
    this.size = size;
    this.#head = head;
    this.#isSafe = isSafe;
    this.#isResumed = done !== undefined;
    this.#done = done ?? new Uint8Array(Math.ceil(size / RANGE));
  }

  /**
   * Opens what a former download of the same object has left, or a new file.
   *
   * @throws FileError, and what the system says, when something else is there
   * @param isSafe whether the bytes of a range are on the disk before it is noted; it costs a wait for the disk each time
   */
  static async open(
    path: string,
    size: number,
    etag: string,
    isSafe: boolean,
  ): Promise<PartialFile> {
    const head = `${[MAGIC + (isSafe ? 4 : 3), etag, size].join("\n")}\n`;
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o666);
    try {
      if (!(await file.stat()).isFile()) throw otherKind(path);
      const done = await readDone(file, size, head);
      if (!done) await file.truncate(0);
      return new PartialFile(file, size, head, isSafe, done);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Whether a former download has left ranges. */
  get isResumed(): boolean {
    return this.#isResumed;
  }

  /** How many ranges the file has. */
  get ranges(): number {
    return this.#done.length;
  }

  /** Bytes of a range that are there, from its first one on. */
  bytesOf(range: number): number {
    return Math.min((this.#done[range] ?? 0) * STEP, this.size - range * RANGE);
  }

  /** Notes that a range is there. */
  async markDone(range: number): Promise<void> {
    this.#done[range] = STEPS;
    await this.#saveSoon();
  }

  /** Notes that so many bytes of a range are written, from its first one on; fewer than a step may be forgotten. */
  noteBytes(range: number, bytes: number): void {
    const steps = Math.floor(bytes / STEP);
    if (steps <= (this.#done[range] ?? 0)) return;
    this.#done[range] = steps;
    if (performance.now() - this.#savedAt < SAVE_MS) return;
    // The end of the range tells what went wrong.
    this.#saveSoon().catch(() => undefined);
  }

  /** Forgets everything. */
  async startOver(): Promise<void> {
    this.#isResumed = false;
    this.#done.fill(0);
    await this.file.truncate(0);
  }

  /** Cuts the line off. */
  async finish(): Promise<void> {
    await this.file.truncate(this.size);
  }

  async close(): Promise<void> {
    await this.#saving.catch(() => undefined);
    await this.file.close();
  }

  #saveSoon(): Promise<void> {
    // One after the other: two writes of the line at a time could end in the older one.
    if (!this.#queued) {
      this.#queued = true;
      this.#savedAt = performance.now();
      this.#saving = this.#saving.then(() => {
        this.#queued = false;
        return this.#save();
      });
    }
    return this.#saving;
  }

  async #save(): Promise<void> {
    const line = this.#head + this.#done.join("");
    if (this.#isSafe) await this.file.datasync();
    await this.file.write(line, this.size);
  }
}

async function readDone(
  file: FileHandle,
  size: number,
  head: string,
): Promise<Uint8Array | undefined> {
  const ranges = Math.ceil(size / RANGE);
  const { size: there } = await file.stat();
  if (there !== size + Buffer.byteLength(head) + ranges) return undefined;
  const line = Buffer.alloc(there - size);
  await file.read(line, 0, line.length, size);
  const text = line.toString("utf8");
  const flags = text.slice(head.length);
  if (!text.startsWith(head) || !/^[0-8]+$/.test(flags)) return undefined;
  return Uint8Array.from(flags, Number);
}
