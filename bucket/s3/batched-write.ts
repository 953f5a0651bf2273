/** Writes bytes at a position; they are lent only until it returns, even when it returns a promise. */
export type Write = (bytes: Buffer, position: number) => void | Promise<void>;

/** Bytes that are written together. */
const BATCH = 128 * 1024;
/** TLS brings so many bytes at a time; longer pieces are written as they come. */
const RECORD = 16 * 1024;

/** Joins short pieces that follow one another before they are written, one write after the other. */
export class BatchedWrite {
  readonly #write: Write;
  /** Where the next bytes go that are written. */
  #position: number;
  readonly #until: number;
  #batch: Buffer | undefined;
  #held = 0;
  /** Ends with all that is under way. */
  #waiting: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  /**
   * @param position where the first piece goes
   * @param end where the last one ends
   */
  constructor(write: Write, position: number, end: number) {
    this.#write = write;
    this.#position = position;
    this.#until = end;
  }

  /** Takes a piece, lent only until this returns; the next may come once what this returns is resolved. */
  add(piece: Buffer): void | Promise<void> {
    try {
      const wait = this.#add(piece);
      if (wait) this.#waiting = wait;
      return wait;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /**
   * Writes what is held. However it ends, nothing is under way after that.
   *
   * @throws the failure of a write, after which nothing was written
   */
  end(): void | Promise<void> {
    if (this.#waiting || this.#failure || this.#held > 0) return this.#end();
  }

  async #end(): Promise<void> {
    await this.#waiting;
    if (this.#failure) throw this.#failure.error;
    await this.#flush();
  }

  #add(piece: Buffer): void | Promise<void> {
    const isLast = this.#position + this.#held + piece.length === this.#until;
    if (piece.length > RECORD || (isLast && this.#held === 0)) {
      const wait = this.#flush();
      if (!wait) return this.#put(piece);
      const own = Buffer.from(piece);
      return wait.then(() => this.#put(own));
    }
    this.#batch ??= Buffer.allocUnsafeSlow(BATCH);
    const wait = this.#held + piece.length > BATCH ? this.#flush() : undefined;
    piece.copy(this.#batch, this.#held);
    this.#held += piece.length;
    if (!isLast) return wait;
    return wait ? wait.then(() => this.#flush()) : this.#flush();
  }

  #flush(): void | Promise<void> {
    const bytes = this.#batch?.subarray(0, this.#held);
    this.#held = 0;
    return bytes && bytes.length > 0 ? this.#put(bytes) : undefined;
  }

  #put(bytes: Buffer): void | Promise<void> {
    const position = this.#position;
    this.#position += bytes.length;
    return this.#write(bytes, position);
  }
}
