import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
  type ObjectVersion as SdkVersion,
} from "@aws-sdk/client-s3";
import { decodedKey } from "../../bucket/listing/decoded-key.ts";
import { followPages } from "../../bucket/listing/follow-pages.ts";
import { ListProgress } from "../../bucket/listing/list-progress.ts";
import { type ListPage, nextToken } from "../../bucket/listing/listing-page.ts";
import type { ObjectPager } from "../../bucket/listing/object-pager.ts";
import {
  type VersionMark,
  type VersionPage,
  versionPages,
} from "../../bucket/listing/version-pages.ts";
import type {
  CommonPrefix,
  ListOptions,
  ObjectEntry,
  ObjectLister,
  ObjectReader,
  ObjectRemover,
  ObjectVersion,
  ObjectWriter,
  PutOptions,
  RefusedDeletion,
  Removal,
  StoredObject,
  VersionLister,
} from "../../bucket/object-store.ts";
import { unquoted } from "../../bucket/unquoted.ts";
import type { Encryption } from "../../protocol/encryption.ts";

/** A bucket of S3 over the AWS SDK, as far as the functions need it. */
export class SdkStore
  implements ObjectLister, ObjectPager, ObjectReader, ObjectRemover, ObjectWriter, VersionLister
{
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #encryption: Partial<PutObjectCommandInput> | undefined;

  /** @param encryption of what it writes; undefined: the bucket's default */
  constructor(s3: S3Client, bucket: string, encryption?: Encryption) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#encryption = encryption && {
      ServerSideEncryption: encryption.algorithm,
      SSEKMSKeyId: encryption.key,
    };
  }

  list(prefix: string): AsyncIterable<ObjectEntry>;
  list(prefix: string, options: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix>;
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix> {
    return followPages(prefix, options, (token) =>
      this.#ask({ Prefix: prefix, Delimiter: options?.delimiter, ContinuationToken: token }),
    );
  }

  /** @throws UnsoundListing when the page does not go on behind `after` */
  async page({ after, token }: { after: string; token?: string | undefined }): Promise<ListPage> {
    const page = await this.#ask({
      // A key may hold characters that XML 1.0 cannot carry. The SDK does not decode it.
      EncodingType: "url",
      ...(token === undefined ? after && { StartAfter: after } : { ContinuationToken: token }),
    });
    const objects = page.objects.map((entry) => ({ ...entry, key: decodedKey(entry.key) }));
    const progress = new ListProgress("");
    const start = { key: after, size: 0, etag: "", lastModified: undefined };
    if (after) progress.add({ objects: [start], commonPrefixes: [], next: undefined });
    progress.add({ ...page, objects });
    return { ...page, objects };
  }

  async #ask(input: Omit<ListObjectsV2CommandInput, "Bucket">): Promise<ListPage> {
    const page = await this.#s3.send(new ListObjectsV2Command({ Bucket: this.#bucket, ...input }));
    const { Contents = [], CommonPrefixes = [], IsTruncated, NextContinuationToken } = page;
    return {
      objects: Contents.map(({ Key: key = "", Size: size = 0, ETag, LastModified }) => ({
        key,
        size,
        etag: unquoted(ETag),
        lastModified: LastModified,
      })),
      commonPrefixes: CommonPrefixes.map(({ Prefix: commonPrefix = "" }) => ({ commonPrefix })),
      next: nextToken(IsTruncated, NextContinuationToken),
    };
  }

  async get(key: string): Promise<StoredObject | undefined> {
    try {
      const got = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return {
        size: got.ContentLength ?? 0,
        etag: unquoted(got.ETag),
        versionId: got.VersionId,
        lastModified: got.LastModified,
        metadata: got.Metadata ?? {},
        // On Node.js it is always a Readable; the SDK's type covers browsers, too.
        body: got.Body as Readable,
      };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  async put(
    key: string,
    body: string | Uint8Array,
    { contentType, metadata, ifMatch, ifAbsent }: PutOptions = {},
  ): Promise<string | undefined> {
    const isConditional = ifMatch !== undefined || ifAbsent;
    try {
      const { ETag } = await this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          Metadata: metadata,
          ...this.#encryption,
          ...(ifMatch !== undefined && { IfMatch: `"${ifMatch}"` }),
          ...(ifAbsent && { IfNoneMatch: "*" }),
        }),
      );
      return unquoted(ETag);
    } catch (error) {
      if (isConditional && FAILED_CONDITION.has(statusOf(error))) return undefined;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  async deleteMany(removals: readonly (string | Removal)[]): Promise<RefusedDeletion[]> {
    const refused: RefusedDeletion[] = [];
    for (let at = 0; at < removals.length; at += DELETED_AT_ONCE) {
      const Objects = removals.slice(at, at + DELETED_AT_ONCE).map((removal) => {
        if (typeof removal === "string") return { Key: removal };
        const { key, versionId, ifMatch } = removal;
        const condition = ifMatch !== undefined && { ETag: `"${ifMatch}"` };
        return { Key: key, VersionId: versionId, ...condition };
      });
      const input = { Bucket: this.#bucket, Delete: { Objects, Quiet: true } };
      const { Errors = [] } = await this.#s3.send(new DeleteObjectsCommand(input));
      for (const { Key: key = "", VersionId: versionId, Code: code = "", Message = "" } of Errors)
        refused.push({ key, ...(versionId && { versionId }), code, message: Message });
    }
    return refused;
  }

  versions(prefix: string): AsyncIterable<readonly ObjectVersion[]> {
    return versionPages(prefix, (from) => this.#versionPage(prefix, from));
  }

  async #versionPage(prefix: string, from: VersionMark | undefined): Promise<VersionPage> {
    const page = await this.#s3.send(
      new ListObjectVersionsCommand({
        Bucket: this.#bucket,
        Prefix: prefix,
        EncodingType: "url",
        KeyMarker: from?.key,
        VersionIdMarker: from?.versionId,
      }),
    );
    const { Versions = [], DeleteMarkers = [], IsTruncated } = page;
    const entry = ({ Key = "", VersionId: versionId = "", IsLatest, LastModified }: Entry) => ({
      key: decodedKey(Key),
      versionId,
      isLatest: IsLatest === true,
      lastModified: LastModified,
    });
    return {
      versions: [
        ...Versions.map((one) => ({
          ...entry(one),
          isMarker: false,
          size: one.Size ?? 0,
          etag: unquoted(one.ETag),
        })),
        ...DeleteMarkers.map((one) => ({ ...entry(one), isMarker: true, size: 0, etag: "" })),
      ],
      next: IsTruncated
        ? {
            key: decodedKey(page.NextKeyMarker ?? ""),
            versionId: page.NextVersionIdMarker || undefined,
          }
        : undefined,
    };
  }
}

/** The fields that versions and delete markers have in common. */
type Entry = Pick<SdkVersion, "Key" | "VersionId" | "IsLatest" | "LastModified">;

/** Keys of one request. Source: Amazon S3 API Reference, DeleteObjects. */
const DELETED_AT_ONCE = 1000;

/** A condition that does not hold, a concurrent writer of the key; and what If-Match says of an object that is gone. */
const FAILED_CONDITION: ReadonlySet<number | undefined> = new Set([412, 409, 404]);

/** The status of what S3 answered about an object; undefined when it is about the bucket, or is no answer at all. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof S3ServiceException) || error.name === "NoSuchBucket") return undefined;
  return error.$metadata.httpStatusCode;
}
