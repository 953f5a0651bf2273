import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../../protocol/objects.ts";
import { type JobRecord, parseRecord } from "../../protocol/record.ts";

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
  ): Promise<void> {
    const object = { Bucket: this.name, Key: key, Body: Buffer.from(body), Metadata: metadata };
    await this.#s3.send(new PutObjectCommand(object));
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
