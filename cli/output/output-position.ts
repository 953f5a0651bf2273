import type { StoredObject } from "../../bucket/object-store.ts";
import type { ByteWindow } from "../../protocol/live-output.ts";
import type { Words } from "../messages/say.ts";

/** So many of the last bytes are compared where two readings meet. */
const OVERLAP = 512;

const NEWLINE = 0x0a;

/**
 * How far a file that grows has been printed. Its last bytes are kept, and compared with what stands at
 * their place when more is read: a file that was truncated and written again is not taken for its
 * continuation.
 */
export class OutputPosition {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #note: (words: Words) => void;
  /** undefined: nothing was printed yet. */
  #at: number | undefined;
  /** The bytes before `#at`. */
  #last: Buffer = Buffer.alloc(0);
  /** Whether it was said that bytes are missing. */
  #behind = false;

  constructor(write: (bytes: Uint8Array) => Promise<void>, note: (words: Words) => void) {
    this.#write = write;
    this.#note = note;
  }

  get begun(): boolean {
    return this.#at !== undefined;
  }

  /**
   * From where in the file to read next, when these bytes of it are at hand.
   *
   * @returns "later" when bytes are missing in between
   */
  next(window: ByteWindow): number | "later" {
    if (this.#at === undefined) return window.start;
    if (window.end < this.#at) {
      this.#forget();
      return window.start;
    }
    if (window.start > this.#at) {
      if (!this.#behind) this.#note((say) => say("logs.tooFast"));
      this.#behind = true;
      return "later";
    }
    return Math.max(window.start, this.#at - this.#last.length);
  }

  /**
   * Prints what is new of the bytes at `from`, up to the file's end as it was when they were read.
   *
   * @returns false when they are of a file that was begun anew: then they are to be read once more, from
   * where `next` says
   */
  async take(from: number, bytes: Buffer): Promise<boolean> {
    if (this.#at === undefined) {
      await this.#begin(from, bytes);
      return true;
    }
    const overlap = this.#at - from;
    if (!isEnd(this.#last, bytes.subarray(0, overlap))) {
      this.#forget();
      return false;
    }
    await this.#print(bytes.subarray(overlap));
    return true;
  }

  /**
   * Prints the rest of the file.
   *
   * @param open reads the file from a byte on
   * @returns whether there is such a file
   */
  async finish(open: (start: number) => Promise<StoredObject | undefined>): Promise<boolean> {
    const at = this.#at ?? 0;
    const from = at - this.#last.length;
    const object = await open(from);
    if (!object) return false;
    if (object.size < at || !(await this.#isContinued(object))) {
      object.body.destroy();
      this.#forget();
      return this.finish(open);
    }
    return true;
  }

  /** Prints a file from `#last` on, if that is what it begins with. */
  async #isContinued(object: StoredObject): Promise<boolean> {
    const overlap = this.#last;
    this.#at ??= 0;
    let head = Buffer.alloc(0);
    let compared = overlap.length === 0;
    for await (const chunk of object.body as AsyncIterable<Buffer>) {
      if (compared) {
        await this.#print(chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < overlap.length) continue;
      if (!head.subarray(0, overlap.length).equals(overlap)) return false;
      compared = true;
      await this.#print(head.subarray(overlap.length));
    }
    return compared;
  }

  async #begin(from: number, bytes: Buffer): Promise<void> {
    // Not in the middle of a line.
    const line = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (from > 0) this.#note((say) => say("logs.from", { byte: from + line }));
    this.#at = from + line;
    await this.#print(bytes.subarray(line));
  }

  async #print(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    this.#at = (this.#at ?? 0) + bytes.length;
    this.#last = Buffer.concat([this.#last, bytes.subarray(-OVERLAP)]).subarray(-OVERLAP);
    await this.#write(bytes);
  }

  #forget(): void {
    this.#note((say) => say("logs.begunAnew"));
    this.#at = undefined;
    this.#last = Buffer.alloc(0);
    this.#behind = false;
  }
}

/** Whether `bytes` are the last ones of `whole`. */
function isEnd(whole: Buffer, bytes: Buffer): boolean {
  return whole.subarray(whole.length - bytes.length).equals(bytes);
}
