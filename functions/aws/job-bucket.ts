import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { keyOf, RECORD_FILE, STATUS_FILE, WRITER_METADATA } from "../../protocol/objects.ts";
import { formatRecord, type JobRecord, parseRecord } from "../../protocol/record.ts";
import { formatStatus, parseStatus, STATUS_MAX_BYTES, type State } from "../../protocol/state.ts";
import type { StatusVersion } from "../../protocol/submission.ts";
import { isConflict, isMissing } from "./s3-errors.ts";

/** A status object as it is now. */
export interface StatusObject extends StatusVersion {
  /** undefined: the object holds no known state. */
  state: State | undefined;
  writtenByAgent: boolean;
}

/** The protocol's objects of the jobs, as the functions read and write them. */
export class JobBucket {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** The status object of `prefix`; undefined when there is none any more. */
  async readStatus(prefix: string): Promise<StatusObject | undefined> {
    const got = await this.#get(keyOf(prefix, STATUS_FILE));
    if (!got) return undefined;
    const fits = (got.ContentLength ?? 0) <= STATUS_MAX_BYTES;
    const bytes = fits ? await got.Body?.transformToByteArray() : undefined;
    if (!fits) await got.Body?.transformToWebStream().cancel();
    return {
      state: bytes && parseStatus(bytes),
      writtenByAgent: got.Metadata?.[WRITER_METADATA] !== undefined,
      metadata: got.Metadata,
      versionId: got.VersionId,
      lastModified: got.LastModified,
      etag: got.ETag,
    };
  }

  async readRecord(prefix: string): Promise<JobRecord | undefined> {
    const got = await this.#get(keyOf(prefix, RECORD_FILE));
    return got && parseRecord((await got.Body?.transformToString()) ?? "");
  }

  /**
   * Writes the record, then its state, but the state only while the status object is still the one that
   * was read, so that a newer request is not overwritten.
   */
  async writeEnd(record: JobRecord, read: StatusObject): Promise<void> {
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: keyOf(record.prefix, RECORD_FILE),
        Body: formatRecord(record),
        ContentType: "application/json",
      }),
    );
    try {
      await this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: keyOf(record.prefix, STATUS_FILE),
          Body: formatStatus(record.state),
          ContentType: "text/plain",
          IfMatch: read.etag,
        }),
      );
    } catch (error) {
      // The status object was replaced or removed: its own event deals with what it says now.
      if (!isConflict(error) && !isMissing(error)) throw error;
    }
  }

  /** The first path segment of every key: a thousand to a request. */
  async *listPrefixes(): AsyncIterable<string> {
    const pages = paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#bucket, Delimiter: "/" },
    );
    for await (const page of pages)
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix) yield Prefix.slice(0, -1);
  }

  async #get(Key: string): Promise<GetObjectCommandOutput | undefined> {
    try {
      return await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}
