/** Before each name: its length in two bytes, and its kind. */
const HEAD_BYTES = 3;

/**
 * Names of a folder in the order of their bytes, as S3 lists keys, in bounded memory: packed one behind the other, and of more
 * than fit, the least. The folder is read again for those that come after them.
 */
export class LeastNames {
  readonly #most: number;
  readonly #after: Buffer | undefined;
  #bytes = Buffer.allocUnsafe(1024);
  #end = 0;
  /** Where each begins. */
  #places = new Uint32Array(64);
  #count = 0;
  #last: Buffer | undefined;

  /**
   * @param after takes no name up to this one
   * @param most bytes that are held
   */
  constructor(after: Buffer | undefined, most: number) {
    this.#after = after;
    this.#most = most;
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
    this.#places.subarray(0, this.#count).sort((a, b) => {
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
    const kept = Buffer.allocUnsafe(this.#bytes.length);
    let end = 0;
    for (let index = 0; index < this.#count; index++) {
      const place = this.#places[index] ?? 0;
      const [from, to] = this.#range(place);
      this.#bytes.copy(kept, end, place, to);
      this.#places[index] = end;
      if (index === this.#count - 1) this.#last = Buffer.from(this.#bytes.subarray(from, to));
      end += to - place;
    }
    this.#bytes = kept;
    this.#end = end;
  }

  #grow(size: number): void {
    if (this.#end + size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + size));
      this.#bytes.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    if (this.#count < this.#places.length) return;
    const places = new Uint32Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
  }
}

function lengthAt(bytes: Buffer, place: number): number {
  return (bytes[place] ?? 0) | ((bytes[place + 1] ?? 0) << 8);
}
