import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import pMap from "p-map";
import { CloudSubmitError, messageOf } from "../protocol/error.ts";
import { Budget } from "./budget.ts";
import type {
  CommonPrefix,
  FetchedFile,
  GetFileOptions,
  GetOptions,
  ListOptions,
  ObjectEntry,
  ObjectStore,
  PutOptions,
  StoredObject,
} from "./object-store.ts";
import { partSize } from "./part-size.ts";

/** Parts of one file in flight. */
const PARTS_AT_ONCE = 8;

/** Bytes of file content in memory at a time, over all uploads of a store. */
const BUFFERED_BYTES_MAX = 64 * 1024 * 1024;

/** An ObjectStore on the AWS SDK. */
export class S3Store implements ObjectStore {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #budget = new Budget(BUFFERED_BYTES_MAX);

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  list(prefix: string): AsyncIterable<ObjectEntry>;
  list(prefix: string, options: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix>;
  async *list(prefix: string, options?: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix> {
    let token: string | undefined;
    do {
      const page = await this.#s3.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          Delimiter: options?.delimiter,
          ContinuationToken: token,
          // XML 1.0 cannot carry every character a key may hold, such as U+0001 or CR.
          EncodingType: "url",
        }),
      );
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
        if (Key === undefined) continue;
        yield {
          key: decodeKey(Key),
          size: Size ?? 0,
          etag: unquoted(ETag),
          lastModified: LastModified,
        };
      }
      for (const { Prefix } of page.CommonPrefixes ?? [])
        if (Prefix !== undefined) yield { commonPrefix: decodeKey(Prefix) };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    const { range, ifMatch } = options;
    try {
      const got = await this.#s3.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Range: range && `bytes=${range.start}-${range.end === undefined ? "" : range.end - 1}`,
          IfMatch: ifMatch && `"${ifMatch}"`,
        }),
      );
      return {
        body: got.Body as Readable,
        size: Number(got.ContentRange?.split("/")[1] ?? got.ContentLength ?? 0),
        etag: unquoted(got.ETag),
        versionId: got.VersionId,
        lastModified: got.LastModified,
        metadata: got.Metadata ?? {},
      };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      if (ifMatch !== undefined && isFailedCondition(error)) return undefined;
      throw error;
    }
  }

  async getFile(
    key: string,
    path: string,
    options: GetFileOptions = {},
  ): Promise<FetchedFile | undefined> {
    const object = await this.get(key);
    if (!object) return undefined;
    const { body, ...facts } = object;
    const file = createWriteStream(path);
    await pipeline(body, file);
    if (file.bytesWritten !== facts.size)
      throw new CloudSubmitError(
        "transfer",
        `${key}: ${file.bytesWritten} of ${facts.size} bytes arrived; try again`,
      );
    options.onBytes?.(facts.size);
    return { ...facts, verified: "size" };
  }

  async put(
    key: string,
    body: string | Uint8Array,
    options: PutOptions = {},
  ): Promise<string | undefined> {
    try {
      const done = await this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          // The SDK takes an empty string for a stream of unknown length, and warns.
          Body: typeof body === "string" ? Buffer.from(body) : body,
          ContentType: options.contentType,
          Metadata: options.metadata,
          IfMatch: options.ifMatch && `"${options.ifMatch}"`,
        }),
      );
      return unquoted(done.ETag);
    } catch (error) {
      if (options.ifMatch !== undefined && isFailedCondition(error)) return undefined;
      throw error;
    }
  }

  async putFile(
    path: string,
    key: string,
    size: number,
    options: PutOptions = {},
  ): Promise<string> {
    const part = partSize(size);
    if (part !== undefined) return this.#putParts(path, key, size, part, options);
    return this.#budget.spend(size, async () => {
      const body = Buffer.allocUnsafe(size);
      const file = await open(path, "r");
      try {
        await readFully(file, body, 0, path);
      } finally {
        await file.close();
      }
      const etag = await this.put(key, body, options);
      if (etag === undefined) throw new CloudSubmitError("transfer", `${path}: ${key} has changed`);
      return etag;
    });
  }

  async delete(key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  async #putParts(
    path: string,
    key: string,
    size: number,
    part: number,
    options: PutOptions,
  ): Promise<string> {
    const target = { Bucket: this.#bucket, Key: key };
    const created = await this.#s3.send(
      new CreateMultipartUploadCommand({
        ...target,
        ContentType: options.contentType,
        Metadata: options.metadata,
        ChecksumAlgorithm: "CRC32",
      }),
    );
    const upload = { ...target, UploadId: created.UploadId };
    const file = await open(path, "r");
    try {
      const numbers = Array.from({ length: Math.ceil(size / part) }, (_, index) => index + 1);
      const parts = await pMap(
        numbers,
        (PartNumber) => {
          const start = (PartNumber - 1) * part;
          const length = Math.min(part, size - start);
          return this.#budget.spend(length, async () => {
            const body = Buffer.allocUnsafe(length);
            await readFully(file, body, start, path);
            const done = await this.#s3.send(
              new UploadPartCommand({
                ...upload,
                PartNumber,
                Body: body,
                ChecksumAlgorithm: "CRC32",
              }),
            );
            return { PartNumber, ETag: done.ETag, ChecksumCRC32: done.ChecksumCRC32 };
          });
        },
        { concurrency: PARTS_AT_ONCE },
      );
      const done = await this.#s3.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }),
      );
      return unquoted(done.ETag);
    } catch (error) {
      // Best effort: the bucket's lifecycle rule removes what stays behind.
      await this.#s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  }
}

/** Fills `into` from `position`, so that a file that shrank is an error and not a torn object. */
async function readFully(
  file: Awaited<ReturnType<typeof open>>,
  into: Buffer,
  position: number,
  path: string,
): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file
      .read(into, filled, into.length - filled, position + filled)
      .catch((cause: unknown) => {
        throw new CloudSubmitError("transfer", `${path}: ${messageOf(cause)}`, { cause });
      });
    if (bytesRead === 0)
      throw new CloudSubmitError("transfer", `${path}: became shorter while it was read`);
    filled += bytesRead;
  }
}

/** If-Match fails with 412, or with 404 when the object is gone, or 409 beside another writer. */
function isFailedCondition(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0);
}

function unquoted(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}

/** Undoes S3's url encoding of keys in listings, in which a space is `+`. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}
