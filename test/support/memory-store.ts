import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type {
  CommonPrefix,
  FetchedFile,
  GetFileOptions,
  GetOptions,
  ListOptions,
  ObjectEntry,
  ObjectStore,
  PutFileOptions,
  PutOptions,
  StoredObject,
} from "../../bucket/object-store.ts";
import { compareUtf8 } from "../../transfer/comparing/utf8-order.ts";

interface Held {
  body: Buffer;
  etag: string;
  versionId: string | undefined;
  lastModified: Date | undefined;
  metadata: Record<string, string>;
}

/** A bucket in memory that keeps the order of writes, and can be told to fail. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Held>();
  /** Keys in the order in which they were written. */
  readonly writes: string[] = [];
  /** Called before each operation; a test makes it throw. */
  before: (operation: string, key: string) => void | Promise<void> = () => undefined;
  /** The time of the next write; by itself each is a second after the one before. */
  now = (): Date => new Date(1_700_000_000_000 + this.#version * 1000);
  #version = 0;

  list(prefix: string): AsyncIterable<ObjectEntry>;
  list(prefix: string, options: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix>;
  async *list(prefix: string, options?: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix> {
    await this.before("list", prefix);
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .toSorted(compareUtf8);
    const seen = new Set<string>();
    for (const key of keys) {
      const cut = options ? key.indexOf(options.delimiter, prefix.length) : -1;
      if (options && cut >= 0) {
        const commonPrefix = key.slice(0, cut + options.delimiter.length);
        if (!seen.has(commonPrefix)) yield { commonPrefix };
        seen.add(commonPrefix);
        continue;
      }
      const held = this.objects.get(key);
      if (held)
        yield { key, size: held.body.length, etag: held.etag, lastModified: held.lastModified };
    }
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    await this.before("get", key);
    const held = this.objects.get(key);
    if (!held || (options.ifMatch ?? held.etag) !== held.etag) return undefined;
    const { body, ...rest } = held;
    const { start, end } = options.range ?? { start: 0 };
    const wanted = body.subarray(start, end);
    return { body: Readable.from(wanted.length > 0 ? [wanted] : []), size: body.length, ...rest };
  }

  async getFile(
    key: string,
    path: string,
    options: GetFileOptions = {},
  ): Promise<FetchedFile | undefined> {
    await this.before("getFile", key);
    const held = this.objects.get(key);
    if (!held) return undefined;
    const { body, ...rest } = held;
    await writeFile(path, body);
    options.onBytes?.(body.length);
    return { ...rest, size: body.length, verified: "md5" };
  }

  async put(
    key: string,
    body: string | Uint8Array,
    options: PutOptions = {},
  ): Promise<string | undefined> {
    await this.before("put", key);
    const { ifMatch, ifAbsent } = options;
    if (ifMatch !== undefined && this.objects.get(key)?.etag !== ifMatch) return undefined;
    if (ifAbsent && this.objects.has(key)) return undefined;
    this.#version += 1;
    const etag = this.hold(key, Buffer.from(body), {
      versionId: `version${this.#version}`,
      lastModified: this.now(),
      metadata: options.metadata ?? {},
    });
    this.writes.push(key);
    return etag;
  }

  /** Puts an object there at once, as if by somebody else; answers its ETag. */
  hold(key: string, body: Buffer, facts: Omit<Held, "body" | "etag">): string {
    const etag = createHash("md5").update(body).digest("hex");
    this.objects.set(key, { ...facts, body, etag });
    return etag;
  }

  async putFile(
    path: string,
    key: string,
    size: number,
    options?: PutFileOptions,
  ): Promise<string> {
    const etag = (await this.put(key, await readFile(path), options)) ?? "";
    options?.onBytes?.(size);
    return etag;
  }

  async delete(key: string): Promise<void> {
    await this.before("delete", key);
    this.objects.delete(key);
  }

  /** The text of an object; undefined when there is none. */
  text(key: string): string | undefined {
    return this.objects.get(key)?.body.toString();
  }
}
