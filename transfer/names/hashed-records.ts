import { hash } from "node:crypto";

/** Words of 32 bits of a name's hash: two names that are not the same never share them. */
const KEY_WORDS = 4;
const RECORDS_IN_A_BLOCK = 1 << 13;
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

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** All records, each with its name's hash before it. */
  *all(): Generator<Uint32Array> {
    for (let index = 0; index < this.#count; index++) yield this.#record(index);
  }

  /** The numbers of a record of `all`, without its name's hash. */
  valueOf(record: Uint32Array): Uint32Array {
    return record.subarray(KEY_WORDS);
  }

  /** Takes over a record of `all` from another one; @returns what there is for the name, to be read and written */
  put(record: Uint32Array): Uint32Array {
    const own = this.#makeAt(record.subarray(0, KEY_WORDS));
    own.set(record.subarray(KEY_WORDS));
    return own;
  }

  /** All records as bytes, in pieces. */
  *pieces(): Generator<Uint8Array> {
    for (const [at, block] of this.#blocks.entries()) {
      const count = Math.min(RECORDS_IN_A_BLOCK, this.#count - at * RECORDS_IN_A_BLOCK);
      yield new Uint8Array(block.buffer, 0, count * this.#words * Uint32Array.BYTES_PER_ELEMENT);
    }
  }

  /** Takes over the records in some bytes of `pieces`; @returns how many bytes those are */
  add(bytes: Uint8Array): number {
    const record = new Uint32Array(this.#words);
    const into = new Uint8Array(record.buffer);
    let at = 0;
    for (; at + into.length <= bytes.length; at += into.length) {
      into.set(bytes.subarray(at, at + into.length));
      this.put(record);
    }
    return at;
  }

  /** The record of a name, to be read and written; undefined: there is none. */
  find(name: string): Uint32Array | undefined {
    const key = keyOf(name);
    const slot = this.#slotOf(key);
    const held = this.#slots[slot] ?? 0;
    return held === 0 ? undefined : this.#record(held - 1).subarray(KEY_WORDS);
  }

  /** The same; where there is none, a new one of zeros. */
  make(name: string): Uint32Array {
    return this.#makeAt(keyOf(name));
  }

  #makeAt(key: Uint32Array): Uint32Array {
    if (this.#count * 4 >= this.#slots.length * FULL_QUARTERS) this.#widen();
    const slot = this.#slotOf(key);
    const held = this.#slots[slot] ?? 0;
    if (held !== 0) return this.#record(held - 1).subarray(KEY_WORDS);
    if (this.#count % RECORDS_IN_A_BLOCK === 0)
      this.#blocks.push(new Uint32Array(RECORDS_IN_A_BLOCK * this.#words));
    const record = this.#record(this.#count++);
    record.set(key);
    this.#slots[slot] = this.#count;
    return record.subarray(KEY_WORDS);
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

function keyOf(name: string): Uint32Array {
  return hashWords(name, KEY_WORDS);
}

/** The first words of 32 bits of a text's SHA-256. */
export function hashWords(text: string, count: number): Uint32Array {
  // A character for each byte: a Buffer would take longer than the hash.
  const digest = hash("sha256", text, "binary");
  const words = new Uint32Array(count);
  for (let at = 0; at < count * 4; at++)
    words[at >> 2] = ((words[at >> 2] ?? 0) << 8) | digest.charCodeAt(at);
  return words;
}
