import { sortInPieces } from "./sort-in-pieces.ts";

/** Before each name: its length in two bytes, and its kind. */
const HEAD_BYTES = 3;
/** Of where a name begins. */
const PLACE_BYTES = Uint32Array.BYTES_PER_ELEMENT;
const FIRST_BYTES = 1024;

/**
 * Names of a folder in the order of their bytes, as S3 lists keys, in bounded memory: packed one behind the other, and of more
 * than fit, the least. The folder is read again for those that come after them.
 */
export class LeastNames {
  readonly #most: number;
  readonly #after: Buffer | undefined;
  /** It grows where it is: copies of what it was would be garbage as large as itself. */
  #memory: ArrayBuffer;
  #bytes: Buffer;
  #end = 0;
  /** Where each begins; it grows with its memory. */
  #places: Uint32Array<ArrayBuffer>;
  #count = 0;
  #last: Buffer | undefined;

  /**
   * @param after takes no name up to this one
   * @param most bytes that are held
   */
  constructor(after: Buffer | undefined, most: number) {
    this.#after = after;
    this.#most = most;
    this.#memory = growing(FIRST_BYTES, most);
    this.#bytes = Buffer.from(this.#memory);
    this.#places = new Uint32Array(growing(FIRST_BYTES, (most / HEAD_BYTES) * PLACE_BYTES));
  }

  get count(): number {
    return this.#count;
  }

  /** The last name that is held, when some that come after it are not; undefined: none is missing. */
  get last(): Buffer | undefined {
    return this.#last;
  }

  /**
   * @param kind a byte that comes back with the name
   * @returns whether it is held
   */
  add(name: Uint8Array, kind: number): boolean {
    if (this.#after && Buffer.compare(name, this.#after) <= 0) return false;
    if (this.#last && Buffer.compare(name, this.#last) > 0) return false;
    const size = HEAD_BYTES + name.length;
    if (this.#end + size > this.#most && this.#count > 1) {
      this.#keepHalf();
      return this.add(name, kind);
    }
    this.#grow(size);
    this.#places[this.#count++] = this.#end;
    this.#bytes.writeUInt16LE(name.length, this.#end);
    this.#bytes[this.#end + 2] = kind;
    this.#bytes.set(name, this.#end + HEAD_BYTES);
    this.#end += size;
    return true;
  }

  /** To be called before names are asked for. */
  sort(): void {
    const bytes = this.#bytes;
    sortInPieces(this.#places.subarray(0, this.#count), (a, b) => {
      const [lengthA, lengthB] = [lengthAt(bytes, a), lengthAt(bytes, b)];
      const shorter = Math.min(lengthA, lengthB);
      for (let at = HEAD_BYTES; at < HEAD_BYTES + shorter; at++) {
        const order = (bytes[a + at] ?? 0) - (bytes[b + at] ?? 0);
        if (order !== 0) return order;
      }
      return lengthA - lengthB;
    });
  }

  nameAt(index: number): string {
    const [from, to] = this.#range(this.#places[index] ?? 0);
    return this.#bytes.toString("utf8", from, to);
  }

  kindAt(index: number): number {
    return this.#bytes[(this.#places[index] ?? 0) + 2] ?? 0;
  }

  #range(place: number): [from: number, to: number] {
    const from = place + HEAD_BYTES;
    return [from, from + lengthAt(this.#bytes, place)];
  }

  #keepHalf(): void {
    this.sort();
    this.#count = Math.ceil(this.#count / 2);
    const memory = growing(this.#bytes.length, this.#most);
    const kept = Buffer.from(memory);
    let end = 0;
    for (let index = 0; index < this.#count; index++) {
      const place = this.#places[index] ?? 0;
      const [from, to] = this.#range(place);
      this.#bytes.copy(kept, end, place, to);
      this.#places[index] = end;
      if (index === this.#count - 1) this.#last = Buffer.from(this.#bytes.subarray(from, to));
      end += to - place;
    }
    this.#memory = memory;
    this.#bytes = kept;
    this.#end = end;
  }

  #grow(size: number): void {
    const needed = this.#end + size;
    if (needed > this.#bytes.length) {
      this.#memory = grown(this.#memory, needed);
      this.#bytes = Buffer.from(this.#memory);
    }
    if (this.#count < this.#places.length) return;
    const { buffer, byteLength } = this.#places;
    const places = grown(buffer, byteLength + PLACE_BYTES);
    if (places !== buffer) this.#places = new Uint32Array(places);
  }
}

/** Memory that may become so large where it is. */
function growing(bytes: number, most: number): ArrayBuffer {
  const first = Math.ceil(bytes / PLACE_BYTES) * PLACE_BYTES;
  const maxByteLength = Math.max(first, Math.ceil(most / PLACE_BYTES) * PLACE_BYTES);
  return new ArrayBuffer(first, { maxByteLength });
}

/** Makes it twice as large, or as large as is needed. @returns another one if it may not become so large */
function grown(memory: ArrayBuffer, needed: number): ArrayBuffer {
  const wanted = Math.max(memory.byteLength * 2, needed);
  if (needed <= memory.maxByteLength) {
    memory.resize(Math.min(wanted, memory.maxByteLength));
    return memory;
  }
  const larger = growing(wanted, wanted);
  new Uint8Array(larger).set(new Uint8Array(memory));
  return larger;
}

function lengthAt(bytes: Buffer, place: number): number {
  return (bytes[place] ?? 0) | ((bytes[place + 1] ?? 0) << 8);
}
