import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type {
  ObjectEntry,
  ObjectStore,
  PutOptions,
  StoredObject,
} from "../../transfer/object-store.ts";

interface Held {
  body: Buffer;
  etag: string;
  versionId: string;
  lastModified: Date;
  metadata: Record<string, string>;
}

/** A bucket in memory that keeps the order of writes, and can be told to fail. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Held>();
  /** Keys in the order in which they were written. */
  readonly writes: string[] = [];
  /** Called before each operation; a test makes it throw. */
  before: (operation: string, key: string) => void | Promise<void> = () => undefined;
  #version = 0;

  async *list(prefix: string): AsyncIterable<ObjectEntry> {
    await this.before("list", prefix);
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    for (const key of keys) {
      const held = this.objects.get(key);
      if (held) yield { key, size: held.body.length, etag: held.etag };
    }
  }

  async get(key: string): Promise<StoredObject | undefined> {
    await this.before("get", key);
    const held = this.objects.get(key);
    if (!held) return undefined;
    const { body, ...rest } = held;
    return { body: Readable.from(body.length > 0 ? [body] : []), size: body.length, ...rest };
  }

  async put(
    key: string,
    body: string | Uint8Array,
    options: PutOptions = {},
  ): Promise<string | undefined> {
    await this.before("put", key);
    const { ifMatch } = options;
    if (ifMatch !== undefined && this.objects.get(key)?.etag !== ifMatch) return undefined;
    const bytes = Buffer.from(body);
    const etag = createHash("md5").update(bytes).digest("hex");
    this.#version += 1;
    this.objects.set(key, {
      body: bytes,
      etag,
      versionId: `version${this.#version}`,
      lastModified: new Date(1_700_000_000_000 + this.#version * 1000),
      metadata: options.metadata ?? {},
    });
    this.writes.push(key);
    return etag;
  }

  async putFile(path: string, key: string, _size: number, options?: PutOptions): Promise<string> {
    return (await this.put(key, await readFile(path), options)) ?? "";
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
