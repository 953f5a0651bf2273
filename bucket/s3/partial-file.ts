import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Bytes of one ranged GET. */
export const RANGE = 8 * 1024 * 1024;

/** Begins a line that may be ahead of the bytes after a crash of the machine, and one that may not. */
const MAGIC = "cloud-submit partial file 1";
const MAGIC_SAFE = "cloud-submit partial file 2";

/**
 * A file that is being downloaded in ranges, in any order. Until it is complete, a line after its last
 * byte says which object it is and which ranges are there, so that there is no second file to lose; the
 * line goes when all are. After a crash of the machine the line may be ahead of the bytes: the checksum
 * at the end tells; where there is none, bytes are on the disk before the line says so.
 */
export class PartialFile {
  readonly file: FileHandle;
  readonly size: number;
  /** The line, but for what is there. */
  readonly #head: string;
  readonly #isSafe: boolean;
  #isResumed: boolean;
  readonly #done: Uint8Array;
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
   * @param isSafe whether the bytes of a range are on the disk before it is noted; it costs a wait for the disk each time
   */
  static async open(
    path: string,
    size: number,
    etag: string,
    isSafe: boolean,
  ): Promise<PartialFile> {
    const head = `${[isSafe ? MAGIC_SAFE : MAGIC, etag, size].join("\n")}\n`;
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o666);
    try {
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

  isDone(range: number): boolean {
    return this.#done[range] === 1;
  }

  /** Notes that a range is there. */
  async markDone(range: number): Promise<void> {
    this.#done[range] = 1;
    // One after the other: two writes of the line at a time could end in the older one.
    if (!this.#queued) {
      this.#queued = true;
      this.#saving = this.#saving.then(() => {
        this.#queued = false;
        return this.#save();
      });
    }
    await this.#saving;
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
  if (!text.startsWith(head) || !/^[01]+$/.test(flags)) return undefined;
  return Uint8Array.from(flags, Number);
}
