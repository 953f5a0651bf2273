import { hash, randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { succeeds } from "../../bucket/flow/succeeds.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import { readChecked, writeChecked } from "./checked-file.ts";

const TITLE = "cloud-submit-sent 1";

/** So many objects of a bucket are remembered; those not used for longest are forgotten first. */
const OBJECTS_MAX = 10_000;

/** One that was not used for so long is forgotten. */
const KEPT_MS = 180 * 24 * 3_600_000;

/** When there are so many files, the next process that has something to write makes one of them. */
const FILES_MANY = 8;

/** More files than this are not read: what is in the oldest is forgotten. */
const FILES_MAX = 64;

const NAME = /^\d{15}-[0-9a-f-]{36}$/;

const entrySchema = z.tuple([
  z.string().min(1).max(1024),
  z.int().nonnegative(),
  z.string().min(1).max(256),
  z.string().min(1).max(256),
  z.number().nonnegative(),
]);

const textSchema = z.array(z.unknown()).max(OBJECTS_MAX).pipe(z.array(entrySchema));

/** An object of the bucket that this user has sent. */
export interface SentObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Of the object. */
  etag: string;
  /** The ETag that tells of its content (HashCache.etagOf); the object's own is another one with keys of KMS. */
  content: string;
}

interface Kept extends SentObject {
  /** When it was sent or named last, in milliseconds since 1970. */
  at: number;
}

/**
 * The large objects that a user has sent to a bucket, one for each content: the last. Kept with the user's own state, in a
 * few files: each process writes one of its own, so that none waits for another and none takes away what another has
 * noted. A file that is damaged counts as none.
 */
export class SentObjects {
  readonly #folder: string | undefined;
  readonly #now: () => number;
  /** By content. */
  readonly #objects = new Map<string, Kept>();
  /** The ETag that was seen last at each key. */
  readonly #etags = new Map<string, string>();
  readonly #sizes = new Set<number>();
  /** Contents that were noted or used by this process. */
  readonly #own = new Set<string>();
  /** Files that were read. */
  #read: string[] = [];
  #name: string | undefined;
  #isChanged = false;

  private constructor(folder: string | undefined, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  /**
   * @param states folder of all that is remembered of sent objects; undefined: nothing was, and nothing is
   * @param now milliseconds since 1970
   */
  static async open(
    states: string | undefined,
    bucket: string,
    now: () => number,
  ): Promise<SentObjects> {
    const sent = new SentObjects(states && join(states, hash("sha256", bucket, "hex")), now);
    await sent.#load();
    return sent;
  }

  /** Whether an object of this size is known at all: without one, no content need be read. */
  hasSize(size: number): boolean {
    return this.#sizes.has(size);
  }

  /** The object with a content. */
  find(size: number, content: string): SentObject | undefined {
    return this.#objects.get(idOf(size, content));
  }

  /** Whether a key is known to have an object with this ETag. */
  has(key: string, etag: string): boolean {
    return this.#etags.get(key) === etag;
  }

  /** Notes that an object has a content, and was sent or named just now. */
  note({ key, size, etag, content }: SentObject): void {
    if (etag === "" || content === "") return;
    const id = idOf(size, content);
    this.#add({ key, size, etag, content, at: this.#now() });
    this.#own.add(id);
    this.#isChanged = true;
  }

  /** Keeps what was noted, for the next run; without it, files are sent again. */
  async save(): Promise<void> {
    if (this.#folder === undefined || !this.#isChanged) return;
    const isToMerge = this.#read.length >= FILES_MANY;
    const all = [...this.#objects].filter(([id]) => isToMerge || this.#own.has(id));
    const entries = newest(all.map(([, object]) => object)).map(
      ({ key, size, etag, content, at }) => [key, size, etag, content, at],
    );
    this.#name ??= `${String(this.#now()).padStart(15, "0")}-${randomUUID()}`;
    const path = join(this.#folder, this.#name);
    if (!(await writeChecked(path, TITLE, JSON.stringify(entries)))) return;
    this.#isChanged = false;
    if (!isToMerge) return;
    // From now on its own file holds what was in them.
    for (const id of this.#objects.keys()) this.#own.add(id);
    for (const name of this.#read) await succeeds(rm(join(this.#folder, name), { force: true }));
    this.#read = [];
  }

  async #load(): Promise<void> {
    if (this.#folder === undefined) return;
    const names = await readdir(this.#folder).catch(() => []);
    // A name begins with its time.
    this.#read = names.filter((name) => NAME.test(name)).toSorted();
    const kept: Kept[] = [];
    for (const name of this.#read.slice(-FILES_MAX)) {
      const text = await readChecked(join(this.#folder, name), TITLE);
      for (const [key, size, etag, content, at] of parseJson(textSchema, text ?? "") ?? [])
        kept.push({ key, size, etag, content, at: Math.min(at, this.#now()) });
    }
    const since = this.#now() - KEPT_MS;
    for (const object of newest(kept.filter(({ at }) => at >= since)).toReversed())
      this.#add(object);
  }

  #add(object: Kept): void {
    const id = idOf(object.size, object.content);
    this.#objects.set(id, object);
    this.#etags.set(object.key, object.etag);
    this.#sizes.add(object.size);
  }
}

function idOf(size: number, content: string): string {
  return `${size} ${content}`;
}

/** As many as are remembered, the newest first. */
function newest(objects: readonly Kept[]): Kept[] {
  return objects.toSorted((a, b) => b.at - a.at).slice(0, OBJECTS_MAX);
}
