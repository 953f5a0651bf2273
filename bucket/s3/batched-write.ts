/** Writes bytes at a position; they are lent only until it returns, even when it returns a promise. */
export type Write = (bytes: Buffer, position: number) => void | Promise<void>;

/** Bytes that are written together. */
const BATCH = 128 * 1024;
/** TLS brings so many bytes at a time; longer pieces are written as they come. */
const RECORD = 16 * 1024;

/** Joins short pieces that follow one another before they are written. */
export class BatchedWrite {
  readonly #write: Write;
  /** Where the next bytes go that are written. */
  #position: number;
  readonly #end: number;
  #batch: Buffer | undefined;
  #held = 0;

  /**
   * @param position where the first piece goes
   * @param end where the last one ends
   */
  constructor(write: Write, position: number, end: number) {
    this.#write = write;
    this.#position = position;
    this.#end = end;
  }

  /** Takes a piece; it is lent only until this returns. */
  add(piece: Buffer): void | Promise<void> {
    const isLast = this.#position + this.#held + piece.length === this.#end;
    if (piece.length > RECORD || (isLast && this.#held === 0))
      return both(this.flush(), this.#put(piece));
    this.#batch ??= Buffer.allocUnsafeSlow(BATCH);
    const wait = this.#held + piece.length > BATCH ? this.flush() : undefined;
    piece.copy(this.#batch, this.#held);
    this.#held += piece.length;
    return isLast ? both(wait, this.flush()) : wait;
  }

  /** Writes what is held. */
  flush(): void | Promise<void> {
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

function both(one: void | Promise<void>, other: void | Promise<void>): void | Promise<void> {
  if (!one || !other) return one ?? other;
  return Promise.all([one, other]).then(() => undefined);
}
