import type { ObjectVersion } from "../../bucket/object-store.ts";

/** An object as a history keeps it. */
interface Kept {
  body: Buffer;
  etag: string;
  lastModified: Date | undefined;
}

interface Entry<Held> {
  versionId: string;
  /** undefined: a delete marker. */
  held: Held | undefined;
  lastModified: Date | undefined;
}

/** All versions of the objects of a bucket in memory, with its delete markers. */
export class VersionHistory<Held extends Kept> {
  /** Newest last. */
  readonly #entries = new Map<string, Entry<Held>[]>();
  #markers = 0;

  /** A version replaces one of the same id, such as "null". */
  add(key: string, versionId: string | undefined, held: Held): void {
    this.#push(key, { versionId: versionId ?? "null", held, lastModified: held.lastModified });
  }

  /** The object was removed, and its versions stay. */
  hide(key: string, lastModified: Date): void {
    this.#markers += 1;
    this.#push(key, { versionId: `marker${this.#markers}`, held: undefined, lastModified });
  }

  get(key: string, versionId: string): Held | undefined {
    return this.#of(key).find((entry) => entry.versionId === versionId)?.held;
  }

  /**
   * Removes a version for good.
   *
   * @returns what the key stands for now; undefined: nothing
   */
  remove(key: string, versionId: string): Held | undefined {
    const left = this.#of(key).filter((entry) => entry.versionId !== versionId);
    if (left.length > 0) this.#entries.set(key, left);
    else this.#entries.delete(key);
    return left.at(-1)?.held;
  }

  /** Nothing is kept of a key. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** Every version below a prefix: by key, and the newest first. */
  list(prefix: string): ObjectVersion[] {
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix));
    return keys
      .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .flatMap((key) =>
        this.#of(key)
          .toReversed()
          .map(({ versionId, held, lastModified }, at) => ({
            key,
            versionId,
            isLatest: at === 0,
            isMarker: held === undefined,
            size: held?.body.length ?? 0,
            etag: held?.etag ?? "",
            lastModified,
          })),
      );
  }

  #of(key: string): Entry<Held>[] {
    return this.#entries.get(key) ?? [];
  }

  #push(key: string, entry: Entry<Held>): void {
    const others = this.#of(key).filter(({ versionId }) => versionId !== entry.versionId);
    this.#entries.set(key, [...others, entry]);
  }
}
