import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../../protocol/objects.ts";
import { type JobRecord, parseRecord } from "../../protocol/record.ts";

/** S3's names for an object that it has. */
export interface Put {
  readonly etag: string;
  /** In a bucket that keeps versions. */
  readonly version?: string;
}

const written = (answer: { ETag?: string | undefined; VersionId?: string | undefined }): Put => ({
  etag: (answer.ETag ?? "").replaceAll('"', ""),
  ...(answer.VersionId !== undefined &&
    answer.VersionId !== "null" && { version: answer.VersionId }),
});

/** The job bucket as a user has it: straight at S3, where no fault is put in. */
export class Bucket {
  readonly #s3: S3Client;
  readonly name: string;

  constructor(endpoint: string, region: string, name: string) {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    this.#s3 = new S3Client({ endpoint, region, credentials });
    this.name = name;
  }

  async put(
    key: string,
    body: string | Uint8Array,
    metadata: Record<string, string> = {},
  ): Promise<Put> {
    const object = { Bucket: this.name, Key: key, Body: Buffer.from(body), Metadata: metadata };
    return written(await this.#s3.send(new PutObjectCommand(object)));
  }

  /** An object as a manifest names it. */
  async head(key: string): Promise<Put & { size: number }> {
    const head = await this.#s3.send(new HeadObjectCommand({ Bucket: this.name, Key: key }));
    return { ...written(head), size: head.ContentLength ?? 0 };
  }

  /** The bytes of an object; undefined when there is none. */
  async get(key: string): Promise<Buffer | undefined> {
    try {
      const got = await this.#s3.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
      return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
  }

  /** Every key under a prefix. */
  async keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#s3 },
      { Bucket: this.name, Prefix: prefix },
    ))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return keys;
  }

  async state(prefix: string): Promise<string | undefined> {
    return (await this.get(keyOf(prefix, STATUS_FILE)))?.toString().trim();
  }

  async record(prefix: string): Promise<JobRecord | undefined> {
    return parseRecord((await this.get(keyOf(prefix, RECORD_FILE)))?.toString() ?? "");
  }
}
