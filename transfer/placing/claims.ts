import type { LocalCopies } from "../comparing/local-copies.ts";

/** Of what stands at a path. */
export type Kind = "file" | "folder";

/** A claim is a byte: the kind's place here, and one; 0: there is none. */
const KINDS: readonly Kind[] = ["file", "folder"];
const BLOCK_BYTES = 1 << 16;

/**
 * Paths that a download has taken in a folder: a byte for each, at the place where what is known of the folder has the path, too.
 * Nearly every path is noted there in the end, so no name is held twice.
 */
export class Claims {
  readonly #copies: Pick<LocalCopies, "placeOf" | "makePlace">;
  readonly #blocks: Uint8Array[] = [];

  /** @param copies may be shared with other downloads */
  constructor(copies: Pick<LocalCopies, "placeOf" | "makePlace">) {
    this.#copies = copies;
  }

  /** Bytes that all this takes, beside the places in what is known of the folder. */
  get bytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.length, 0);
  }

  /** Claims a path; @returns false: it is claimed already, and stays what it is */
  take(path: string, kind: Kind): boolean {
    const place = this.#copies.makePlace(path);
    const at = Math.floor(place / BLOCK_BYTES);
    const block = (this.#blocks[at] ??= new Uint8Array(BLOCK_BYTES));
    if (block[place % BLOCK_BYTES] !== 0) return false;
    block[place % BLOCK_BYTES] = KINDS.indexOf(kind) + 1;
    return true;
  }

  /** As what a path is claimed; undefined: it is not. */
  of(path: string): Kind | undefined {
    const place = this.#copies.placeOf(path);
    if (place === undefined) return undefined;
    const claim = this.#blocks[Math.floor(place / BLOCK_BYTES)]?.[place % BLOCK_BYTES] ?? 0;
    return KINDS[claim - 1];
  }
}
