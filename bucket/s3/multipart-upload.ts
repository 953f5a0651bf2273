import type { ObjectOptions, PutOptions } from "../object-store.ts";
import { PARTS_MAX } from "../part-size.ts";
import { unquoted } from "../unquoted.ts";
import type { BucketClient } from "./bucket-client.ts";
import { encodeCrc32 } from "./crc32.ts";
import { errorElement } from "./error-response.ts";
import type { FileBody } from "./file-body.ts";
import type { Answered } from "./not-from-s3.ts";
import { etagOf, putHeaders, tellWritten } from "./object-headers.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";
import { S3Error } from "./s3-error.ts";
import { children, childText, escapeText, parseResponse } from "./xml.ts";

/** A part that S3 has. */
export interface UploadedPart {
  number: number;
  size: number;
  /** Without quotes. */
  etag: string;
  /** As S3 writes it; undefined: it keeps none. */
  crc32: string | undefined;
}

/** A part whose bytes are in a file. */
export interface SentPart extends UploadedPart {
  /** CRC32 of the bytes that the file has now. */
  checksum: number;
}

/** A checksum of the whole object's bytes; what this project asks for. */
const FULL_OBJECT = "FULL_OBJECT";
/** A checksum of the parts' checksums; the only one that some other servers than S3 know. */
const COMPOSITE = "COMPOSITE";

/** One upload in parts, with the CRC32 of the whole object. */
export class MultipartUpload {
  readonly #client: BucketClient;
  readonly #key: string;
  readonly id: string;
  /** The server makes a checksum of the parts' checksums instead, whatever it was asked for. */
  #isComposite = false;

  constructor(client: BucketClient, key: string, id: string) {
    this.#client = client;
    this.#key = key;
    this.id = id;
  }

  /** Begins an upload. */
  static async create(
    client: BucketClient,
    key: string,
    options: ObjectOptions,
  ): Promise<MultipartUpload> {
    const headers = {
      ...putHeaders(options),
      "x-amz-checksum-algorithm": "CRC32",
      "x-amz-checksum-type": FULL_OBJECT,
    };
    return client.send(
      { method: "POST", key, query: { uploads: "" }, headers, makes: true, limit: "small" },
      async (response) => {
        const result = parseResponse(
          await response.text(),
          "InitiateMultipartUploadResult",
          response,
        );
        const id = childText(result, "UploadId") ?? malformed("UploadId");
        const upload = new MultipartUpload(client, key, id);
        upload.#isComposite = response.headers["x-amz-checksum-type"] === COMPOSITE;
        return upload;
      },
    );
  }

  /** Sends a part. */
  async put(number: number, body: RequestBody): Promise<UploadedPart> {
    const query = { partNumber: String(number), uploadId: this.id };
    const etag = await this.#client.send(
      { method: "PUT", key: this.#key, query, body, limit: "large" },
      async (response) => {
        await response.discard();
        return etagOf(response.headers);
      },
    );
    return { number, size: body.length, etag, crc32: encodeCrc32(body.crc32) };
  }

  /** Sends a part that is in a file. */
  async putFrom(number: number, body: FileBody): Promise<SentPart> {
    const query = { partNumber: String(number), uploadId: this.id };
    const headers = await this.#client.transfer(
      { method: "PUT", key: this.#key, query, limit: "large" },
      { kind: "send", body },
    );
    const { length: size, crc32: checksum = 0 } = body;
    return { number, size, etag: etagOf(headers), crc32: encodeCrc32(checksum), checksum };
  }

  /** The parts that S3 has, by number. */
  async parts(): Promise<Map<number, UploadedPart>> {
    const parts = new Map<number, UploadedPart>();
    let marker = 0;
    for (let more = true; more; ) {
      const query: Record<string, string> = { uploadId: this.id };
      if (marker > 0) query["part-number-marker"] = String(marker);
      const page = await this.#client.send(
        { method: "GET", key: this.#key, query, limit: "small" },
        async (response) => parseResponse(await response.text(), "ListPartsResult", response),
      );
      // The answer that began the upload came to an earlier run of the program.
      this.#isComposite = childText(page, "ChecksumType") !== FULL_OBJECT;
      for (const part of children(page, "Part")) {
        const number = Number(childText(part, "PartNumber"));
        parts.set(number, {
          number,
          size: Number(childText(part, "Size")),
          etag: unquoted(childText(part, "ETag")),
          crc32: childText(part, "ChecksumCRC32"),
        });
      }
      more = childText(page, "IsTruncated") === "true";
      const next = Number(childText(page, "NextPartNumberMarker"));
      // Parts have numbers of their own: one that is not larger would be asked for for ever.
      if (more && !(next > marker && next <= PARTS_MAX))
        malformed("NextPartNumberMarker that goes on");
      marker = next;
    }
    return parts;
  }

  /**
   * Makes the object of the parts. S3 answers 200 before it knows whether that works, and tells the
   * outcome in the body.
   *
   * @returns the ETag
   */
  async complete(
    parts: readonly UploadedPart[],
    whole: { crc32: number; size: number },
    options: Pick<PutOptions, "onVersion" | "onOpaqueEtag"> = {},
  ): Promise<string> {
    const checksum = encodeCrc32(whole.crc32);
    const xml = parts.map(
      ({ number, etag, crc32 }) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>"${escapeText(etag)}"</ETag>` +
        `${crc32 === undefined ? "" : `<ChecksumCRC32>${crc32}</ChecksumCRC32>`}</Part>`,
    );
    const body = bytesBody(
      Buffer.from(
        `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${xml.join("")}</CompleteMultipartUpload>`,
      ),
    );
    const headers = {
      "content-type": "application/xml",
      ...(!this.#isComposite && {
        "x-amz-checksum-crc32": checksum,
        "x-amz-checksum-type": FULL_OBJECT,
      }),
      "x-amz-mp-object-size": String(whole.size),
    };
    try {
      return await this.#client.send(
        {
          method: "POST",
          key: this.#key,
          query: { uploadId: this.id },
          headers,
          body,
          limit: "large",
        },
        async (response) => {
          const etag = completed(await response.text(), response);
          tellWritten(response.headers, options);
          return etag;
        },
      );
    } catch (error) {
      // A former attempt may have been done although its response was lost: then the upload is no more.
      if (!(error instanceof S3Error && error.name === "NoSuchUpload")) throw error;
      const etag = await this.#etagWhenCompleted(checksum);
      if (etag === undefined) throw error;
      return etag;
    }
  }

  /** Gives the upload up; its parts are gone. */
  async abort(): Promise<void> {
    await this.#client.send(
      { method: "DELETE", key: this.#key, query: { uploadId: this.id }, limit: "small" },
      async (response) => response.discard(),
    );
  }

  async #etagWhenCompleted(checksum: string): Promise<string | undefined> {
    const headers = { "x-amz-checksum-mode": "ENABLED" };
    return this.#client
      .send({ method: "HEAD", key: this.#key, headers, limit: "small" }, async (response) =>
        response.headers["x-amz-checksum-crc32"] === checksum
          ? unquoted(response.headers.etag)
          : undefined,
      )
      .catch(() => undefined);
  }
}

function completed(text: string, answered: Answered): string {
  const error = errorElement(text);
  if (error !== undefined)
    throw new S3Error(
      childText(error, "Code") ?? "InternalError",
      childText(error, "Message") ?? "the upload could not be completed",
      { status: 200 },
    );
  const result = parseResponse(text, "CompleteMultipartUploadResult", answered);
  return unquoted(childText(result, "ETag")) || malformed("ETag");
}

function malformed(what: string): never {
  throw new S3Error("MalformedResponse", `S3's response has no ${what}`);
}
