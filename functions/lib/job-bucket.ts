import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { PendingMarker } from "../../protocol/marker.ts";
import { pendingMarkerSchema } from "../../protocol/marker.ts";
import {
  keyOf,
  pendingKey,
  RECORD_FILE,
  STATUS_FILE,
  WRITER_METADATA,
} from "../../protocol/objects.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { formatRecord } from "../../protocol/record.ts";
import type { State } from "../../protocol/state.ts";
import { formatStatus, parseStatus, STATUS_MAX_BYTES } from "../../protocol/state.ts";
import type { StatusVersion } from "../../protocol/submission.ts";

/** A status object as it is now. */
export interface StatusObject extends StatusVersion {
  /** undefined: the object holds no known state. */
  state: State | undefined;
  writtenByAgent: boolean;
}

/** The few objects of the bucket that the functions touch. */
export class JobBucket {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** The status object of `prefix`; undefined when there is none any more. */
  async readStatus(prefix: string): Promise<StatusObject | undefined> {
    try {
      const got = await this.#s3.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(prefix, STATUS_FILE) }),
      );
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
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /**
   * Writes the pending marker unless there is one.
   *
   * @returns the marker that is in the bucket: the given one, or the earlier one
   */
  async claimMarker(marker: PendingMarker): Promise<PendingMarker> {
    const Key = pendingKey(marker.prefix, marker.action, marker.submission);
    try {
      await this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key,
          Body: JSON.stringify(marker),
          ContentType: "application/json",
          IfNoneMatch: "*",
        }),
      );
      return marker;
    } catch (error) {
      // 409: a concurrent writer of the same key; 412: it was there before.
      if (!(error instanceof S3ServiceException) || !isConflict(error)) throw error;
    }
    return (await this.#readMarker(Key)) ?? marker;
  }

  /** Removes a marker that was claimed for nothing. */
  async releaseMarker({ prefix, action, submission }: PendingMarker): Promise<void> {
    const Key = pendingKey(prefix, action, submission);
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
  }

  /**
   * Ends a request that cannot run: the record first, then JOB_ERROR, but only while the status object
   * is still the one that was read, so that a newer request is not overwritten.
   */
  async reject(record: JobRecord, read: StatusObject): Promise<void> {
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
          Body: formatStatus("JOB_ERROR"),
          ContentType: "text/plain",
          IfMatch: read.etag,
        }),
      );
    } catch (error) {
      // The status object was replaced or removed: its own event deals with what it says now.
      if (!(error instanceof S3ServiceException) || !(isConflict(error) || isMissing(error)))
        throw error;
    }
  }

  async #readMarker(key: string): Promise<PendingMarker | undefined> {
    try {
      const got = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const parsed = pendingMarkerSchema.safeParse(
        JSON.parse((await got.Body?.transformToString()) ?? "null"),
      );
      return parsed.success ? parsed.data : undefined;
    } catch (error) {
      if (error instanceof NoSuchKey || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

function isConflict(error: S3ServiceException): boolean {
  const status = error.$metadata.httpStatusCode;
  return status === 412 || status === 409;
}

function isMissing(error: S3ServiceException): boolean {
  return error.$metadata.httpStatusCode === 404;
}
