/** Writes bytes at a position; they are lent only until it returns, even when it returns a promise. */
export type Write = (bytes: Buffer, position: number) => void | Promise<void>;

/** Bytes that are written together: TLS brings 16 KiB at a time. */
const BATCH = 256 * 1024;
/** Pieces from here on are written as they come: copying them costs more than a call. */
const DIRECT = 64 * 1024;

/** Joins short pieces that follow one another before they are written. */
export class BatchedWrite {
  readonly #write: Write;
  /** Where the next piece goes. */
  #position: number;
  #batch: Buffer | undefined;
  #held = 0;

  constructor(write: Write, position: number) {
    this.#write = write;
    this.#position = position;
  }

  /** Takes a piece of any length; it is lent only until this returns. */
  add(piece: Buffer): void | Promise<void> {
    if (piece.length >= DIRECT) return both(this.flush(), this.#put(piece));
    this.#batch ??= Buffer.allocUnsafeSlow(BATCH);
    const copied = piece.copy(this.#batch, this.#held);
    this.#held += copied;
    if (this.#held < BATCH) return undefined;
    const wait = this.flush();
    this.#held = piece.copy(this.#batch, 0, copied);
    return wait;
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
