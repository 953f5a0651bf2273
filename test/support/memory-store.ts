import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { crc32Checksum } from "../../bucket/checksum.ts";
import { hasMetadata } from "../../bucket/has-metadata.ts";
import type { ListPage } from "../../bucket/listing/listing-page.ts";
import type { ObjectPager } from "../../bucket/listing/object-pager.ts";
import type {
  CommonPrefix,
  ContentProof,
  FetchedFile,
  GetFileOptions,
  GetOptions,
  ListOptions,
  ObjectEntry,
  ObjectStore,
  ObjectVersion,
  PutFileOptions,
  PutOptions,
  RefusedDeletion,
  Removal,
  StoredObject,
} from "../../bucket/object-store.ts";
import { putHeaders } from "../../bucket/s3/object-headers.ts";
import { S3Error } from "../../bucket/s3/s3-error.ts";
import { refusalIn } from "./asked-to-delete.ts";
import { listingPage } from "./listing-page.ts";
import { beginning, etagOf, md5, sent, trimmed } from "./put-as-s3.ts";
import { overLimit } from "./s3-limits.ts";
import { VersionHistory } from "./version-history.ts";

interface Held {
  body: Buffer;
  etag: string;
  versionId: string | undefined;
  lastModified: Date | undefined;
  metadata: Record<string, string>;
}

/** Source: Amazon S3 API Reference, ListObjectsV2, DeleteObjects. */
const PAGE = 1000;

/**
 * A bucket in memory, with versions. It keeps the promises of the port as S3 does, which
 * object-store-contract.ts holds it to; it counts requests, keeps the order of writes, and can be told to
 * fail.
 */
export class MemoryStore implements ObjectStore, ObjectPager {
  readonly objects = new Map<string, Held>();
  /** Keys in the order in which they were written. */
  readonly writes: string[] = [];
  /** Requests by operation; each page of a listing is one. */
  requests: Record<string, number> = {};
  /** Keys and common prefixes on a page. */
  pageSize = PAGE;
  /** false: every request is answered with NoSuchBucket. */
  isThere = true;
  /** Called before each request; a test makes it throw. */
  before: (operation: string, key: string) => void | Promise<void> = () => undefined;
  /** The time of the next write; by itself each is a second after the one before. */
  now = (): Date => new Date(1_700_000_000_000 + this.#version * 1000);
  /** The time of an answer; undefined: it is not told. */
  answered = (): Date | undefined => undefined;
  #hasAnswered = false;
  /** Whether it keeps what was replaced or removed, and tells version ids. */
  keepsVersions = true;
  readonly #history = new VersionHistory<Held>();
  #version = 0;

  list(prefix: string): AsyncIterable<ObjectEntry>;
  list(prefix: string, options: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix>;
  async *list(prefix: string, options?: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix> {
    let page: Promise<Page> | undefined = this.#page(prefix, options, undefined);
    while (page) {
      const { objects, commonPrefixes, last }: Page = await page;
      page = last === undefined ? undefined : this.#page(prefix, options, last);
      // It is awaited later, if at all.
      page?.catch(() => undefined);
      yield* objects;
      yield* commonPrefixes;
    }
  }

  async page({ after, token }: { after: string; token?: string | undefined }): Promise<ListPage> {
    const { last: next, ...page } = await this.#page("", undefined, token ?? (after || undefined));
    return { ...page, next };
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    await this.#request("get", key);
    const held = this.#held(key, options.versionId);
    if (!held || (options.ifMatch ?? held.etag) !== held.etag) return undefined;
    if (options.ifNoneMatch === held.etag)
      throw new S3Error("NotModified", "S3 answered 304", { status: 304 });
    const { body, ...rest } = { ...held, answered: this.answered() };
    const { start, end } = options.range ?? { start: 0 };
    const wanted = Buffer.from(body.subarray(start, end));
    return { body: Readable.from(wanted.length > 0 ? [wanted] : []), size: body.length, ...rest };
  }

  async getFile(
    key: string,
    path: string,
    options: GetFileOptions = {},
  ): Promise<FetchedFile | undefined> {
    await this.#request("getFile", key);
    let held = this.objects.get(key);
    const { exact } = options;
    const isIt = () =>
      held &&
      held.etag === options.etag &&
      (!exact?.holds || hasMetadata(held.metadata, exact.holds));
    if (exact && !isIt() && exact.versionId !== undefined) {
      await this.#request("getFile", key);
      held = this.#held(key, exact.versionId);
    }
    if (!held || (exact && !isIt())) return undefined;
    const { body, etag, versionId, metadata } = held;
    await writeFile(path, body);
    options.onBytes?.(body.length);
    const checksum = crc32Checksum(crc32(body));
    return { size: body.length, etag, versionId, metadata, verified: "crc32", checksum };
  }

  clock(): Date | undefined {
    return this.#hasAnswered ? this.answered() : undefined;
  }

  async put(
    key: string,
    body: string | Uint8Array,
    options: PutOptions = {},
  ): Promise<string | undefined> {
    await this.#request("put", key, options);
    const { ifMatch, ifAbsent } = options;
    if (ifMatch !== undefined && this.objects.get(key)?.etag !== ifMatch) return undefined;
    if (ifAbsent && this.objects.has(key)) return undefined;
    const bytes = Buffer.from(body);
    return this.#write(key, bytes, md5(bytes).toString("hex"), options);
  }

  /** Puts an object at once, as another client would; returns its ETag. */
  hold(key: string, body: Buffer, facts: Omit<Held, "body" | "etag">): string {
    const etag = createHash("md5").update(body).digest("hex");
    const held = { ...facts, body, etag };
    this.objects.set(key, held);
    this.#history.add(key, held.versionId, held);
    return etag;
  }

  async putFile(
    path: string,
    key: string,
    size: number,
    options: PutFileOptions = {},
  ): Promise<string> {
    const bytes = beginning(path, size, options);
    await this.#request("put", key, options);
    const etag = this.#write(key, bytes, etagOf(bytes), options);
    options.onBytes?.(size);
    return etag;
  }

  async proof(key: string, etag: string): Promise<ContentProof | undefined> {
    await this.#request("proof", key);
    const held = this.objects.get(key);
    if (held?.etag !== etag) return undefined;
    const { body, versionId, metadata } = held;
    const checksum = crc32Checksum(crc32(body));
    return { isEtagMd5: true, checksum, size: body.length, versionId, metadata };
  }

  async delete(key: string): Promise<void> {
    await this.#request("delete", key);
    this.#remove({ key });
  }

  async deleteMany(removals: readonly (string | Removal)[]): Promise<RefusedDeletion[]> {
    const refused: RefusedDeletion[] = [];
    for (let at = 0; at < removals.length; at += PAGE) {
      await this.#request("deleteMany", "");
      for (const one of removals.slice(at, at + PAGE)) {
        const removal = typeof one === "string" ? { key: one } : one;
        const { key, versionId, ifMatch } = removal;
        const operation = versionId === undefined ? "delete" : "deleteVersion";
        const error = await refusalIn(async () => {
          await this.before(operation, key);
          if (ifMatch !== undefined && (this.objects.get(key)?.etag ?? ifMatch) !== ifMatch)
            throw refusal(412, "PreconditionFailed");
        });
        if (!error) this.#remove(removal);
        else refused.push({ key, versionId, code: error.name, message: error.message });
      }
    }
    return refused;
  }

  async *versions(prefix: string): AsyncGenerator<ObjectVersion[]> {
    const all = await this.#listed(prefix);
    for (let at = 0; ; at += this.pageSize) {
      yield all.slice(at, at + this.pageSize);
      if (at + this.pageSize >= all.length) return;
      await this.#request("versions", prefix);
    }
  }

  async #listed(prefix: string): Promise<ObjectVersion[]> {
    await this.#request("versions", prefix);
    return this.#history.list(prefix);
  }

  #remove({ key, versionId }: Removal): void {
    const held = this.objects.get(key);
    if (versionId === undefined) {
      this.objects.delete(key);
      if (!this.keepsVersions) this.#history.forget(key);
      else if (held) this.#history.hide(key, this.now());
      return;
    }
    const isLatest = held !== undefined && (held.versionId ?? "null") === versionId;
    const now = this.#history.remove(key, versionId);
    if (isLatest || held === undefined) this.objects.delete(key);
    if (now && (isLatest || held === undefined)) this.objects.set(key, now);
  }

  /** An object, or one of the versions that are kept. */
  #held(key: string, versionId: string | undefined): Held | undefined {
    if (versionId === undefined) return this.objects.get(key);
    return this.#history.get(key, versionId);
  }

  /** The text of an object; undefined when there is none. */
  text(key: string): string | undefined {
    return this.objects.get(key)?.body.toString();
  }

  async #request(operation: string, key: string, written?: PutOptions): Promise<void> {
    // S3 never sees a request that cannot be sent.
    const headers = written ? sent(putHeaders(written)) : {};
    this.requests[operation] = (this.requests[operation] ?? 0) + 1;
    await this.before(operation, key);
    if (!this.isThere) throw refusal(404, "NoSuchBucket");
    this.#hasAnswered = true;
    const tooLong = overLimit(key, headers);
    if (tooLong !== undefined) throw refusal(400, tooLong);
  }

  async #page(
    prefix: string,
    options: ListOptions | undefined,
    after: string | undefined,
  ): Promise<Page> {
    await this.#request("list", prefix);
    const delimiter = options?.delimiter;
    const { pageSize: size } = this;
    const page = listingPage(this.objects.keys(), { prefix, delimiter, after, size });
    return {
      objects: page.keys.map((key) => {
        const { body, etag, lastModified } = this.objects.get(key)!;
        return { key, size: body.length, etag, lastModified };
      }),
      commonPrefixes: page.commonPrefixes.map((commonPrefix) => ({ commonPrefix })),
      last: page.last,
    };
  }

  #write(key: string, body: Buffer, etag: string, options: PutOptions): string {
    const { metadata = {}, onVersion, onChecksum } = options;
    onChecksum?.(crc32Checksum(crc32(body)));
    this.#version += 1;
    const versionId = this.keepsVersions ? `version${this.#version}` : undefined;
    const held: Held = {
      body,
      etag,
      versionId,
      lastModified: this.now(),
      metadata: Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), trimmed(value)]),
      ),
    };
    this.objects.set(key, held);
    this.#history.add(key, versionId, held);
    if (versionId !== undefined) onVersion?.(versionId);
    this.writes.push(key);
    return etag;
  }
}

interface Page {
  objects: ObjectEntry[];
  commonPrefixes: CommonPrefix[];
  /** The last name of this page when there is a further one. */
  last: string | undefined;
}

/** As S3's answers are thrown. */
function refusal(status: number, name: string): S3Error {
  return new S3Error(name, name, { status });
}
