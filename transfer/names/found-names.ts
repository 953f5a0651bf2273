import type { BigIntStats } from "node:fs";
import { HashedRecords } from "./hashed-records.ts";
import { LeastNames } from "./least-names.ts";

/** A name in a folder, before it is walked into or its stats are known. */
export type Found =
  | { kind: "file" | "folder"; name: string; viaLink: boolean }
  | { kind: "link"; name: string; target: string; stats: BigIntStats };

/** How a name's kind is held beside it. */
const KINDS = ["file", "file via link", "folder", "folder via link", "link"] as const;
type Kind = (typeof KINDS)[number];

const SLASH = Buffer.from("/");

/** Names that were found in a folder, as far as it is held at a time, in the order in which S3 lists the keys. */
export class FoundNames {
  readonly #names: LeastNames;
  readonly #links = new Map<string, Found & { kind: "link" }>();

  /**
   * @param after takes nothing up to there
   * @param most bytes of names that are held
   */
  constructor(after: Buffer | undefined, most: number) {
    this.#names = new LeastNames(after, most);
  }

  get count(): number {
    return this.#names.count;
  }

  /** Where to go on after what is held; undefined: it is all. */
  get last(): Buffer | undefined {
    return this.#names.last;
  }

  /** @param raw the name as the disk has it */
  add(raw: Buffer, found: Found): void {
    // A folder's name goes on with a slash.
    const sorted = found.kind === "folder" ? Buffer.concat([raw, SLASH]) : raw;
    const isHeld = this.#names.add(sorted, KINDS.indexOf(kindOf(found)));
    if (isHeld && found.kind === "link") this.#links.set(found.name, found);
  }

  /** To be called before anything is asked for. */
  sort(): void {
    this.#names.sort();
  }

  /** Some of it, from an index on. */
  some(from: number, count: number): Found[] {
    const to = Math.min(from + count, this.count);
    return Array.from({ length: to - from }, (_, index) => this.#at(from + index));
  }

  /** Names that look the same and are not. */
  *clashes(): Generator<{ name: string; other: string }> {
    /** The first name of each form, by its index, and one. */
    const seen = new HashedRecords(1);
    for (let index = 0; index < this.count; index++) {
      const name = this.#nameAt(index);
      if (!/[^\0-\x7f]/.test(name)) continue;
      const record = seen.make(name.normalize());
      const [first = 0] = record;
      if (first === 0) record[0] = index + 1;
      else yield { name, other: this.#nameAt(first - 1) };
    }
  }

  #at(index: number): Found {
    const name = this.#nameAt(index);
    const kind = KINDS[this.#names.kindAt(index)] ?? "file";
    const link = kind === "link" ? this.#links.get(name) : undefined;
    if (link) return link;
    const isFolder = kind === "folder" || kind === "folder via link";
    return { kind: isFolder ? "folder" : "file", name, viaLink: kind.endsWith("via link") };
  }

  #nameAt(index: number): string {
    const sorted = this.#names.nameAt(index);
    return sorted.endsWith("/") ? sorted.slice(0, -1) : sorted;
  }
}

function kindOf(found: Found): Kind {
  if (found.kind === "link") return "link";
  return found.viaLink ? `${found.kind} via link` : found.kind;
}
