import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type PendingMarker, pendingMarkerSchema } from "../../protocol/marker.ts";
import { PENDING_FOLDER, pendingKey, requestOfPendingKey } from "../../protocol/objects.ts";
import { isConflict, isMissing } from "./s3-errors.ts";

/** Identifies a marker. */
export type MarkerId = Pick<PendingMarker, "prefix" | "action" | "submission">;

/** The pending markers in the bucket. */
export class PendingMarkers {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /**
   * Writes a marker unless there is one.
   *
   * @returns the marker that is in the bucket: the given one, or the earlier one
   */
  async claim(marker: PendingMarker): Promise<PendingMarker> {
    try {
      await this.#put(marker, { IfNoneMatch: "*" });
      return marker;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    return (await this.read(marker)) ?? marker;
  }

  /** A marker; undefined when there is none, or none that can be read. */
  async read(id: MarkerId): Promise<PendingMarker | undefined> {
    const Key = pendingKey(id.prefix, id.action, id.submission);
    try {
      const got = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      const text = (await got.Body?.transformToString()) ?? "";
      return pendingMarkerSchema.safeParse(JSON.parse(text)).data;
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async write(marker: PendingMarker): Promise<void> {
    await this.#put(marker);
  }

  async remove(id: MarkerId): Promise<void> {
    const Key = pendingKey(id.prefix, id.action, id.submission);
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
  }

  /** Every marker that was written before `time`. */
  async *olderThan(time: Date): AsyncIterable<MarkerId> {
    const pages = paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.#bucket, Prefix: PENDING_FOLDER },
    );
    for await (const page of pages)
      for (const { Key = "", LastModified } of page.Contents ?? []) {
        if (LastModified && LastModified >= time) continue;
        const id = requestOfPendingKey(Key);
        if (id) yield id;
      }
  }

  async #put(marker: PendingMarker, condition: { IfNoneMatch?: string } = {}): Promise<void> {
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: pendingKey(marker.prefix, marker.action, marker.submission),
        Body: JSON.stringify(marker),
        ContentType: "application/json",
        ...condition,
      }),
    );
  }
}
