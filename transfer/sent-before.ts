import type { FileStats } from "../bucket/disk/file-stats.ts";
import { statOf } from "../bucket/disk/files.ts";
import type { ObjectStore } from "../bucket/object-store.ts";
import type { Input } from "../protocol/manifest.ts";
import { readKeyOf } from "../protocol/read-key.ts";
import type { Comparing } from "./comparing/same-content.ts";
import type { SentObjects } from "./comparing/sent-objects.ts";
import type { PutResult, Sendable } from "./put-entry.ts";

/** Smaller files are sent: that costs no more than to ask. */
export const NAMED_FROM = 1 << 20;

/** A file that may be named in place of being sent. */
export type LargeFile = Extract<Sendable, { kind: "file" }>;

/** An object under another prefix, as an input names it. */
export type Named = Required<Pick<Input, "source">> & Pick<PutResult, "size" | "etag" | "version">;

/**
 * Objects that this user has sent before to other prefixes: a file with the content of one need not be sent. One HEAD for
 * each, which shows that it is there, has that content and may be read.
 */
export class SentBefore {
  readonly #store: Pick<ObjectStore, "proof">;
  readonly #prefix: string;
  readonly #sent: SentObjects;
  readonly #comparing: Comparing;

  constructor(
    store: Pick<ObjectStore, "proof">,
    prefix: string,
    sent: SentObjects,
    comparing: Comparing,
  ) {
    this.#store = store;
    this.#prefix = `${prefix}/`;
    this.#sent = sent;
    this.#comparing = comparing;
  }

  /** The object to be named for a file; undefined: the file is to be sent. */
  async find({ absolute, stats }: LargeFile): Promise<Named | undefined> {
    const size = Number(stats.size);
    if (size < NAMED_FROM || !this.#sent.hasSize(size)) return undefined;
    const content = await this.#contentOf(absolute, stats);
    const object = content === undefined ? undefined : this.#sent.find(size, content);
    // An object under its own prefix is compared by name, and may be removed or written over.
    if (!object || object.key.startsWith(this.#prefix)) return undefined;
    const { key, etag } = object;
    const there = await this.#store.proof(key, etag);
    if (there?.size !== size) return undefined;
    const readKey = readKeyOf(there.metadata);
    if (readKey === undefined) return undefined;
    this.#sent.note(object);
    return { size, etag, version: there.versionId, source: { key, readKey } };
  }

  /** Notes the object that was made of a file. */
  async noteSent({ absolute, stats }: LargeFile, key: string, put: PutResult): Promise<void> {
    const { size, etag, isEtagOpaque } = put;
    if (size < NAMED_FROM || stats.size !== BigInt(size)) return;
    const content = isEtagOpaque ? await this.#contentOf(absolute, stats) : etag;
    if (content !== undefined) this.#sent.note({ key, size, etag, content });
  }

  /** Notes an object that a listing showed to have a file's content. */
  noteThere(key: string, { size, etag }: Pick<PutResult, "size" | "etag">): void {
    if (size >= NAMED_FROM && !this.#sent.has(key, etag))
      this.#sent.note({ key, size, etag, content: etag });
  }

  /** undefined: the file is no longer as it was, or cannot be read, which its sender tells. */
  async #contentOf(absolute: string, stats: FileStats): Promise<string | undefined> {
    const { disk, cache } = this.#comparing;
    try {
      const content = await cache.etagOf(absolute, stats);
      const after = await statOf(disk, absolute);
      const isSame = (["size", "mtimeNs", "ctimeNs", "ino"] as const).every(
        (name) => after[name] === stats[name],
      );
      return isSame ? content : undefined;
    } catch {
      return undefined;
    }
  }
}
