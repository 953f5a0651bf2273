import { type CacheEntry, cacheName } from "./cache-entry.ts";

/** An object that is looked for. */
export interface Asked {
  key: string;
  etag: string;
  size: number;
  version: string | undefined;
  /** undefined: no proof is needed. */
  readKey: string | undefined;
}

/**
 * Which objects the cache holds, in the order of their last use, and how many bytes. What is in use, and what is being
 * added, is never evicted, and all of it together is never more than the bound.
 */
export class CacheIndex {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  /** By name, the one used last at the end. */
  readonly #entries = new Map<string, CacheEntry>();
  /** The newest name for a key and ETag. */
  readonly #byEtag = new Map<string, string>();
  readonly #uses = new Map<CacheEntry, number>();
  #held = 0;
  #reserved = 0;

  constructor(maxBytes: number, maxEntries: number) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  /** Bytes of all entries, and of those that are being added. */
  get bytes(): number {
    return this.#held + this.#reserved;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From the one used longest ago on. */
  all(): CacheEntry[] {
    return [...this.#entries.values()];
  }

  /** The entry of exactly this object, for one who may read it. */
  find(asked: Asked): CacheEntry | undefined {
    const { key, etag, version, readKey } = asked;
    const name =
      version === undefined ? this.#byEtag.get(etagId(asked)) : cacheName({ key, etag, version });
    const entry = name === undefined ? undefined : this.#entries.get(name);
    if (!entry || entry.key !== key || entry.etag !== etag || entry.size !== asked.size)
      return undefined;
    return readKey === undefined || entry.readKey === readKey ? entry : undefined;
  }

  /** Whether it is this entry that the cache has under its name. */
  has(entry: CacheEntry): boolean {
    return this.#entries.get(entry.name) === entry;
  }

  /** Begins to use an entry; each use is to be ended. */
  use(entry: CacheEntry): void {
    this.#uses.set(entry, (this.#uses.get(entry) ?? 0) + 1);
    if (!this.has(entry)) return;
    this.#entries.delete(entry.name);
    this.#entries.set(entry.name, entry);
  }

  endUse(entry: CacheEntry): void {
    const left = (this.#uses.get(entry) ?? 0) - 1;
    if (left > 0) this.#uses.set(entry, left);
    else this.#uses.delete(entry);
  }

  /**
   * Sets room aside for an entry to come: `add` fills it, or `release` gives it back.
   *
   * @returns the entries that have to go for it, out of the index by now; undefined: there is no room
   */
  reserve(bytes: number): CacheEntry[] | undefined {
    const used = [...this.#uses.keys()].filter((entry) => this.has(entry));
    const usedBytes = used.reduce((sum, entry) => sum + entry.size, 0);
    if (usedBytes + this.#reserved + bytes > this.#maxBytes) return undefined;
    if (used.length >= this.#maxEntries) return undefined;
    const evicted: CacheEntry[] = [];
    for (const entry of this.#entries.values()) {
      if (this.bytes + bytes <= this.#maxBytes && this.size < this.#maxEntries) break;
      if (this.#uses.has(entry)) continue;
      this.remove(entry);
      evicted.push(entry);
    }
    this.#reserved += bytes;
    return evicted;
  }

  release(bytes: number): void {
    this.#reserved -= bytes;
  }

  /** Adds an entry, in place of one with its name, where room was set aside for it. */
  add(entry: CacheEntry): void {
    const former = this.#entries.get(entry.name);
    if (former) this.remove(former);
    this.#entries.set(entry.name, entry);
    this.#byEtag.set(etagId(entry), entry.name);
    this.#reserved -= entry.size;
    this.#held += entry.size;
  }

  remove(entry: CacheEntry): void {
    if (!this.has(entry)) return;
    this.#entries.delete(entry.name);
    this.#held -= entry.size;
    const id = etagId(entry);
    if (this.#byEtag.get(id) === entry.name) this.#byEtag.delete(id);
  }

  /** Takes all out that is not in use. */
  removeIdle(): CacheEntry[] {
    const idle = this.all().filter((entry) => !this.#uses.has(entry));
    for (const entry of idle) this.remove(entry);
    return idle;
  }
}

function etagId({ key, etag }: Pick<Asked, "key" | "etag">): string {
  return JSON.stringify([key, etag]);
}
