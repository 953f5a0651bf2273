import { hash } from "node:crypto";

/** Words of 32 bits of a name's hash: two names that are not the same never share them. */
const KEY_WORDS = 4;
const RECORDS_IN_A_BLOCK = 1 << 13;
const RECORDS_IN_A_PIECE = 1 << 10;
/** Of the slots, so many of four are in use at most. */
const FULL_QUARTERS = 3;

/**
 * Records of numbers by name, for millions of names: a name is not held, only 128 bits of its SHA-256. What there is for each
 * does not grow with its length, and is nothing that a collection of garbage would look at.
 */
export class HashedRecords {
  readonly #words: number;
  readonly #blocks: Uint32Array[] = [];
  /** Index of a record, and one; 0: free. */
  #slots = new Uint32Array(64);
  #count = 0;
  /** The name that was asked for last, with its hash, and its place as far as it is known: each is, some times one after the other. */
  #last: { name: string | undefined; key: Uint32Array; place: number | undefined } = {
    name: undefined,
    key: new Uint32Array(KEY_WORDS),
    place: undefined,
  };

  /** @param words of 32 bits that a record has */
  constructor(words: number) {
    this.#words = KEY_WORDS + words;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes that all this takes. */
  get bytes(): number {
    const blocks = this.#blocks.length * RECORDS_IN_A_BLOCK * this.#words;
    return (blocks + this.#slots.length) * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** The numbers of all records, each to be read and written. */
  *all(): Generator<Uint32Array> {
    for (let index = 0; index < this.#count; index++) yield this.at(index);
  }

  /** The record of the name that is at a place of another one; where there is none, a new one of zeros. */
  makeAs(other: HashedRecords, place: number): Uint32Array {
    return this.at(this.#makeKey(other.#record(place).subarray(0, KEY_WORDS)));
  }

  /**
   * Records as bytes, each with its name's hash before it, in pieces: each is lent until the next one is asked for.
   *
   * @param isOf says of a record's numbers whether it is one of them
   */
  *pieces(isOf: (record: Uint32Array) => boolean): Generator<Uint8Array> {
    const piece = new Uint32Array(RECORDS_IN_A_PIECE * this.#words);
    for (let first = 0; first < this.#count; first += RECORDS_IN_A_PIECE) {
      const last = Math.min(first + RECORDS_IN_A_PIECE, this.#count);
      let end = 0;
      for (let index = first; index < last; index++) {
        const record = this.#record(index);
        if (!isOf(record.subarray(KEY_WORDS))) continue;
        piece.set(record, end);
        end += record.length;
      }
      yield new Uint8Array(piece.buffer, 0, end * Uint32Array.BYTES_PER_ELEMENT);
    }
  }

  /** @returns takes over the records in the bytes of `pieces`, cut anywhere; they are lent until it returns */
  taker(): (bytes: Uint8Array) => void {
    const record = new Uint32Array(this.#words);
    const into = new Uint8Array(record.buffer);
    let filled = 0;
    return (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const some = bytes.subarray(at, at + into.length - filled);
        into.set(some, filled);
        at += some.length;
        filled += some.length;
        if (filled < into.length) return;
        filled = 0;
        const place = this.#makeKey(record.subarray(0, KEY_WORDS));
        this.at(place).set(record.subarray(KEY_WORDS));
      }
    };
  }

  /** The record of a name, to be read and written; undefined: there is none. */
  find(name: string): Uint32Array | undefined {
    const place = this.placeOf(name);
    return place === undefined ? undefined : this.at(place);
  }

  /** The same; where there is none, a new one of zeros. */
  make(name: string): Uint32Array {
    return this.at(this.makePlace(name));
  }

  /** Where a name's record is, counted from 0; it stays there. undefined: there is none. */
  placeOf(name: string): number | undefined {
    const last = this.#lookAt(name);
    if (last.place === undefined) {
      const held = this.#slots[this.#slotOf(last.key)] ?? 0;
      if (held !== 0) last.place = held - 1;
    }
    return last.place;
  }

  /** The same; where there is none, a record of zeros is made. */
  makePlace(name: string): number {
    const last = this.#lookAt(name);
    return (last.place ??= this.#makeKey(last.key));
  }

  /** The numbers of the record at a place, to be read and written. */
  at(place: number): Uint32Array {
    return this.#record(place).subarray(KEY_WORDS);
  }

  #lookAt(name: string) {
    const last = this.#last;
    if (last.name !== name) {
      last.name = name;
      hashWords(name, last.key);
      last.place = undefined;
    }
    return last;
  }

  #makeKey(key: Uint32Array): number {
    if (this.#count * 4 >= this.#slots.length * FULL_QUARTERS) this.#widen();
    const slot = this.#slotOf(key);
    const held = this.#slots[slot] ?? 0;
    if (held !== 0) return held - 1;
    if (this.#count % RECORDS_IN_A_BLOCK === 0)
      this.#blocks.push(new Uint32Array(RECORDS_IN_A_BLOCK * this.#words));
    const place = this.#count++;
    this.#record(place).set(key);
    this.#slots[slot] = this.#count;
    return place;
  }

  #record(index: number): Uint32Array {
    const block = this.#blocks[Math.floor(index / RECORDS_IN_A_BLOCK)] ?? new Uint32Array();
    const from = (index % RECORDS_IN_A_BLOCK) * this.#words;
    return block.subarray(from, from + this.#words);
  }

  /** Where a key is, or would be put. */
  #slotOf(key: Uint32Array): number {
    const mask = this.#slots.length - 1;
    for (let slot = (key[0] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#slots[slot] ?? 0;
      if (held === 0) return slot;
      if (this.#hasKey(held - 1, key)) return slot;
    }
  }

  #hasKey(index: number, key: Uint32Array): boolean {
    const block = this.#blocks[Math.floor(index / RECORDS_IN_A_BLOCK)];
    const from = (index % RECORDS_IN_A_BLOCK) * this.#words;
    for (let at = 0; at < KEY_WORDS; at++) if (block?.[from + at] !== key[at]) return false;
    return true;
  }

  #widen(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let index = 0; index < this.#count; index++) {
      const slot = this.#slotOf(this.#record(index).subarray(0, KEY_WORDS));
      this.#slots[slot] = index + 1;
    }
  }
}

/** Used by one call at a time. */
const scratch = Buffer.alloc(32);
const view = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);

/** The first words of 32 bits of a text's SHA-256: as many as there is room for. */
export function hashWords(text: string, into: Uint32Array): Uint32Array {
  // A character for each byte: a Buffer would take longer than the hash.
  scratch.write(hash("sha256", text, "binary"), "latin1");
  for (let at = 0; at < into.length; at++) into[at] = view.getUint32(at * 4);
  return into;
}
