const BLOCK_BYTES = 1 << 20;
const LENGTH_BYTES = 4;

/** Many short texts in their order, in little more than their bytes of UTF-8, out of the way of a collection of garbage. */
export class PackedTexts implements Iterable<string> {
  readonly #blocks: Buffer[] = [];
  /** Bytes of the last block that are used. */
  #end = BLOCK_BYTES;
  #count = 0;

  get length(): number {
    return this.#count;
  }

  /** Bytes that all this takes. */
  get bytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.length, 0);
  }

  push(text: string): void {
    const size = LENGTH_BYTES + Buffer.byteLength(text);
    let block = this.#blocks.at(-1);
    if (!block || this.#end + size > block.length) {
      // Of zeros: a length of zero ends a block, and a text is held with its length and one.
      block = Buffer.alloc(Math.max(BLOCK_BYTES, size));
      this.#blocks.push(block);
      this.#end = 0;
    }
    block.writeUInt32LE(size - LENGTH_BYTES + 1, this.#end);
    block.write(text, this.#end + LENGTH_BYTES);
    this.#end += size;
    this.#count += 1;
  }

  *[Symbol.iterator](): Generator<string> {
    for (const block of this.#blocks)
      for (let at = 0; at + LENGTH_BYTES <= block.length; ) {
        const length = block.readUInt32LE(at) - 1;
        if (length < 0) break;
        const from = at + LENGTH_BYTES;
        at = from + length;
        yield block.toString("utf8", from, at);
      }
  }
}
