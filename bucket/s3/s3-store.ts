import { Readable } from "node:stream";
import { crc32Checksum } from "../checksum.ts";
import type { Machine } from "../machine.ts";
import type {
  CommonPrefix,
  GetOptions,
  ListOptions,
  ObjectEntry,
  ObjectFacts,
  ObjectStore,
  PutFileOptions,
  PutOptions,
  RefusedDeletion,
  Removal,
  StoredObject,
} from "../object-store.ts";
import { partSize } from "../part-size.ts";
import type { BucketClient } from "./bucket-client.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { contentProof, etagOfContent } from "./content-proof.ts";
import { DELETED_AT_ONCE, deleteObjects } from "./delete-objects.ts";
import type { FileBody } from "./file-body.ts";
import { getFile } from "./get-file.ts";
import type { LargeTransfers } from "./large-transfers.ts";
import { listObjects } from "./list-objects.ts";
import { listVersions } from "./list-versions.ts";
import { etagOf, lengthOf, objectFacts, putHeaders, tellWritten } from "./object-headers.ts";
import { isOtherVersion } from "./other-version.ts";
import { putParts } from "./put-parts.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Response } from "./s3-response.ts";
import { streamOf } from "./stream-of.ts";
import type { UploadStates } from "./upload-states.ts";

/** Objects up to this size are read at once, so that a response that breaks off is asked for again. */
const READ_AT_ONCE_MAX = 1024 * 1024;

/** The same for objects of which only their end tells how long they are: none of the protocol's is larger. */
const READ_TO_COUNT_MAX = 16 * 1024 * 1024;

export interface StorePorts extends Machine {
  client: BucketClient;
  buffers: BufferPool;
  large: LargeTransfers;
  states: UploadStates | undefined;
}

/** A bucket of S3. */
export class S3Store implements ObjectStore {
  readonly getFile: ObjectStore["getFile"];
  readonly proof: ObjectStore["proof"];
  readonly expect: NonNullable<ObjectStore["expect"]>;
  readonly smallAtOnce: NonNullable<ObjectStore["smallAtOnce"]>;
  readonly clock: NonNullable<ObjectStore["clock"]>;
  readonly giveUp: NonNullable<ObjectStore["giveUp"]>;
  readonly versions: ObjectStore["versions"];
  readonly #ports: StorePorts;
  readonly #client: BucketClient;

  constructor(ports: StorePorts) {
    this.#ports = ports;
    this.#client = ports.client;
    this.getFile = getFile.bind(undefined, ports);
    this.expect = this.#client.expect.bind(this.#client);
    this.smallAtOnce = this.#client.smallAtOnce.bind(this.#client);
    this.clock = this.#client.clock.bind(this.#client);
    this.giveUp = this.#client.giveUp.bind(this.#client);
    this.proof = contentProof.bind(undefined, ports.client);
    this.versions = listVersions.bind(undefined, ports.client);
  }

  forTransfer(): ObjectStore {
    return new S3Store({ ...this.#ports, client: this.#client.forTransfer() });
  }

  list(prefix: string): AsyncIterable<ObjectEntry>;
  list(prefix: string, options: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix>;
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix> {
    return listObjects(this.#client, prefix, options);
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    const { range, ifMatch, ifNoneMatch, versionId } = options;
    const headers = {
      "if-match": ifMatch && `"${ifMatch}"`,
      "if-none-match": ifNoneMatch && `"${ifNoneMatch}"`,
      range: range && `bytes=${range.start}-${range.end === undefined ? "" : range.end - 1}`,
    };
    try {
      return await this.#client.send(
        {
          method: "GET",
          key,
          ...(versionId !== undefined && { query: { versionId } }),
          headers,
          limit: "small",
        },
        async (response) => {
          const { headers, status } = response;
          const etag = etagOf(headers);
          if (ifMatch !== undefined && etag !== ifMatch)
            throw new S3Error("PreconditionFailed", "another version", { status: 412 });
          if (range && range.start > 0 && status !== 206)
            throw new S3Error("MalformedResponse", "S3 sent all of an object instead of a range");
          const isCounted = isSizeKnown(response);
          if (isCounted && (lengthOf(headers) ?? Number.POSITIVE_INFINITY) > READ_AT_ONCE_MAX)
            return { ...objectFacts(headers), body: streamOf(response) };
          const bytes = await response.bytes(isCounted ? READ_AT_ONCE_MAX : READ_TO_COUNT_MAX);
          const facts = objectFacts(headers);
          return { ...facts, ...(!isCounted && { size: bytes.length }), body: bodyOf(bytes) };
        },
      );
    } catch (error) {
      if (isStatus(error, 404) && !isMissingBucket(error)) return undefined;
      if (ifMatch !== undefined && isFailedCondition(error)) return undefined;
      if (versionId !== undefined && isOtherVersion(error, true)) return undefined;
      if (range === undefined || !isStatus(error, 416)) throw error;
      const facts = await this.#head(key, ifMatch);
      return facts && { ...facts, body: Readable.from([]) };
    }
  }

  async put(
    key: string,
    body: string | Uint8Array,
    options: PutOptions = {},
  ): Promise<string | undefined> {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    let attempts = 0;
    try {
      return await this.#put(key, bytesBody(bytes), options, () => void (attempts += 1));
    } catch (error) {
      const isConditional = options.ifMatch !== undefined || options.ifAbsent;
      if (!isConditional || !isFailedCondition(error)) throw error;
      if (attempts === 1) return undefined;
      // A former attempt may have been done although its response was lost.
      return etagOfContent(this.#client, key, bytes);
    }
  }

  async putFile(
    path: string,
    key: string,
    size: number,
    options: PutFileOptions = {},
  ): Promise<string> {
    const part = partSize(size);
    if (part !== undefined) return putParts(this.#ports, { path, key, size, part, options });
    const { within, noFollow } = options;
    const send = async (window: Buffer) => {
      const body: FileBody = {
        path,
        file: undefined,
        rules: { within, noFollow },
        start: 0,
        length: size,
        window,
        crc32: undefined,
        stats: undefined,
      };
      const request = {
        method: "PUT",
        key,
        headers: putHeaders(options),
        makes: true,
        limit: "small",
      } as const;
      const headers = await this.#client.transfer(request, { kind: "send", body });
      const etag = etagOfWritten(headers, body.crc32 ?? 0, options);
      if (body.stats) options.onRead?.(body.stats);
      options.onBytes?.(size);
      return etag;
    };
    return this.#ports.buffers.use(size, send, this.#client.owner);
  }

  async delete(key: string): Promise<void> {
    await this.#client.send({ method: "DELETE", key, limit: "small" }, async (response) =>
      response.discard(),
    );
  }

  async deleteMany(removals: readonly (string | Removal)[]): Promise<RefusedDeletion[]> {
    const refused: RefusedDeletion[] = [];
    for (let at = 0; at < removals.length; at += DELETED_AT_ONCE)
      refused.push(
        ...(await deleteObjects(this.#client, removals.slice(at, at + DELETED_AT_ONCE))),
      );
    return refused;
  }

  /** @param onAttempt called before each attempt */
  #put(
    key: string,
    body: RequestBody,
    options: PutOptions,
    onAttempt: () => void,
  ): Promise<string> {
    const { ifMatch, ifAbsent } = options;
    const headers = putHeaders(options);
    if (ifMatch) headers["if-match"] = `"${ifMatch}"`;
    if (ifAbsent) headers["if-none-match"] = "*";
    const request = () => {
      onAttempt();
      return { method: "PUT", key, headers, body, makes: true, limit: "small" } as const;
    };
    return this.#client.send(request, async (response) => {
      await response.discard();
      return etagOfWritten(response.headers, body.crc32, options);
    });
  }

  async #head(key: string, ifMatch: string | undefined): Promise<ObjectFacts | undefined> {
    const headers = { "if-match": ifMatch && `"${ifMatch}"` };
    try {
      return await this.#client.send(
        { method: "HEAD", key, headers, limit: "small" },
        async (response) => objectFacts(response.headers),
      );
    } catch (error) {
      if (isStatus(error, 404) || isStatus(error, 412)) return undefined;
      throw error;
    }
  }
}

/** The ETag in an answer to a PUT; what else it says is told. */
function etagOfWritten(
  headers: Readonly<Record<string, string>>,
  crc32: number,
  options: PutOptions,
): string {
  const etag = etagOf(headers);
  tellWritten(headers, options);
  options.onChecksum?.(crc32Checksum(crc32));
  return etag;
}

function bodyOf(bytes: Buffer): Readable {
  return Readable.from(bytes.length === 0 ? [] : [bytes]);
}

/**
 * Whether a response says how long the object is. One in chunks, as of some proxies, need not: it has an end of its own.
 *
 * @throws S3Error `MalformedResponse` when its end is that of the connection, which may come too soon
 */
function isSizeKnown({ headers, status }: S3Response): boolean {
  const isChunked = "transfer-encoding" in headers;
  if (isChunked) return status === 206 && "content-range" in headers;
  if (lengthOf(headers) !== undefined) return true;
  throw new S3Error("MalformedResponse", "the response does not say how long it is");
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof S3Error && error.$metadata.httpStatusCode === status;
}

function isMissingBucket(error: unknown): boolean {
  return error instanceof S3Error && error.name === "NoSuchBucket";
}

/** If-Match fails with 412, or with 404 when the object is gone, or 409 beside another writer. */
function isFailedCondition(error: unknown): boolean {
  return !isMissingBucket(error) && [404, 409, 412].some((status) => isStatus(error, status));
}
