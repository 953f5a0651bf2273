import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Bytes of one ranged GET. */
export const RANGE = 8 * 1024 * 1024;

const MAGIC = "cloud-submit partial file 1";

/**
 * A file that is being downloaded in ranges, in any order. Until it is complete, a line after its last
 * byte says which object it is and which ranges are there, so that there is no second file to lose; the
 * line goes when all are. After a crash of the machine the line may be ahead of the bytes: the checksum
 * at the end tells.
 */
export class PartialFile {
  readonly file: FileHandle;
  readonly size: number;
  readonly #etag: string;
  readonly #done: Uint8Array;
  #saving: Promise<void> = Promise.resolve();
  /** Whether a write of the line is yet to begin: it will hold what is noted until then. */
  #queued = false;

  private constructor(file: FileHandle, size: number, etag: string, done: Uint8Array) {
    this.file = file;
    this.size = size;
    this.#etag = etag;
    this.#done = done;
  }

  /** Opens what a former download of the same object has left, or a new file. */
  static async open(path: string, size: number, etag: string): Promise<PartialFile> {
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o666);
    try {
      const done = await readDone(file, size, etag);
      if (!done) await file.truncate(0);
      const ranges = Math.ceil(size / RANGE);
      return new PartialFile(file, size, etag, done ?? new Uint8Array(ranges));
    } catch (error) {
      await file.close();
      throw error;
    }
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
    const line = [MAGIC, this.#etag, this.size, this.#done.join("")].join("\n");
    await this.file.write(line, this.size);
  }
}

async function readDone(
  file: FileHandle,
  size: number,
  etag: string,
): Promise<Uint8Array | undefined> {
  const ranges = Math.ceil(size / RANGE);
  const head = `${[MAGIC, etag, size].join("\n")}\n`;
  const { size: there } = await file.stat();
  if (there !== size + Buffer.byteLength(head) + ranges) return undefined;
  const line = Buffer.alloc(there - size);
  await file.read(line, 0, line.length, size);
  const text = line.toString("utf8");
  const flags = text.slice(head.length);
  if (!text.startsWith(head) || !/^[01]+$/.test(flags)) return undefined;
  return Uint8Array.from(flags, Number);
}
