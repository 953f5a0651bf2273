import { READ_KEY_METADATA } from "../../protocol/read-key.ts";
import { crc32Checksum } from "../checksum.ts";
import { closeFile } from "../disk/files.ts";
import { openToRead } from "../disk/open-to-read.ts";
import { mapBounded } from "../flow/each-bounded.ts";
import type { Machine } from "../machine.ts";
import type { PutFileOptions } from "../object-store.ts";
import type { BucketClient } from "./bucket-client.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { combineCrc32, encodeCrc32 } from "./crc32.ts";
import type { FileBody } from "./file-body.ts";
import { digest, type FileRange, filePart } from "./file-part.ts";
import type { LargeTransfers } from "./large-transfers.ts";
import { MultipartUpload, type SentPart, type UploadedPart } from "./multipart-upload.ts";
import { isInterruption } from "./retry.ts";
import { S3Error } from "./s3-error.ts";
import type { UploadStates } from "./upload-states.ts";

export interface PartsPorts extends Machine {
  client: BucketClient;
  buffers: BufferPool;
  large: LargeTransfers;
  /** undefined: an interrupted upload is not continued. */
  states: UploadStates | undefined;
}

/** A file to be uploaded in parts. */
export interface PartsPlan {
  path: string;
  key: string;
  /** Bytes. */
  size: number;
  /** Bytes of each part but the last. */
  part: number;
  options: PutFileOptions;
}

/**
 * Uploads a file in parts. An upload that was interrupted by the network, a crash or for want of rights stays, is found
 * again and continued; after any other failure it is aborted, and where nothing can be remembered. What neither reaches,
 * the bucket's lifecycle rule removes.
 *
 * @returns the ETag
 */
export async function putParts(ports: PartsPorts, plan: PartsPlan): Promise<string> {
  const target = `${await ports.client.origin()} ${plan.key}`;
  const purpose = purposeOf(plan, await ports.client.keptAs());
  const file = await openToRead(ports.disk, plan.path, plan.options);
  try {
    const former = await continued(ports, plan, target, purpose);
    if (former) {
      try {
        return await run(ports, plan, { target, file, isKept: true, ...former });
      } catch (error) {
        // Another client completed or aborted it.
        if (!(error instanceof S3Error && error.name === "NoSuchUpload")) throw error;
      }
    }
    const upload = await MultipartUpload.create(ports.client, plan.key, plan.options);
    const isKept = (await ports.states?.save(target, { uploadId: upload.id, purpose })) ?? false;
    return await run(ports, plan, { target, file, isKept, upload, parts: new Map() });
  } finally {
    await closeFile(ports.disk, file);
  }
}

/** An upload that is under way. */
interface Under {
  target: string;
  /** Descriptor. */
  file: number;
  /** Whether a later run can find it. */
  isKept: boolean;
  upload: MultipartUpload;
  /** Parts that S3 has. */
  parts: ReadonlyMap<number, UploadedPart>;
}

async function run(
  ports: PartsPorts,
  plan: PartsPlan,
  { target, file, isKept, upload, parts }: Under,
): Promise<string> {
  const { path, size, part, options } = plan;
  let hasParts = parts.size > 0;
  try {
    const numbers = Array.from({ length: Math.ceil(size / part) }, (_, index) => index + 1);
    const send = async (number: number) => {
      const start = (number - 1) * part;
      const range = {
        disk: ports.disk,
        file,
        path,
        start,
        length: Math.min(part, size - start),
      };
      const done = await sendPart(ports, upload, number, range, parts.get(number));
      hasParts = true;
      options.onBytes?.(range.length);
      return done;
    };
    const sent = await ports.client.whole(size, () =>
      mapBounded(numbers, ports.limits.partsMost, send),
    );
    const crc32 = sent.reduce((crc, { checksum, size: length }) => {
      return combineCrc32(crc, checksum, length);
    }, 0);
    const etag = await upload.complete(sent, { crc32, size }, options);
    options.onChecksum?.(crc32Checksum(crc32));
    await ports.states?.forget(target);
    return etag;
  } catch (error) {
    // Rights that were taken away on the way may come back.
    const goesOn = isInterruption(error) || (hasParts && isForbidden(error));
    if (!isKept || !goesOn) {
      await upload.abort().catch(() => undefined);
      await ports.states?.forget(target);
    }
    throw error;
  }
}

/** Sends a part, unless S3 has the very bytes that the file has now. */
function sendPart(
  { client: { owner }, buffers, large }: PartsPorts,
  upload: MultipartUpload,
  number: number,
  range: FileRange,
  there: UploadedPart | undefined,
): Promise<SentPart> {
  const send = async (window: Buffer): Promise<SentPart> => {
    const checksum = there && (await sumIfSame(range, window, there));
    if (there && checksum !== undefined) return { ...there, checksum };
    const { file, path, start, length } = range;
    const body: FileBody = {
      file,
      path,
      rules: {},
      start,
      length,
      window,
      crc32: undefined,
      stats: undefined,
    };
    return upload.putFrom(number, body);
  };
  const use = () => buffers.use(Math.min(range.length, large.window), send, owner);
  return large.partSlots.spend(1, use, owner);
}

/** The CRC32 of a piece of a file, if S3 has that piece. */
async function sumIfSame(
  range: FileRange,
  window: Buffer,
  there: UploadedPart,
): Promise<number | undefined> {
  if (there.size !== range.length) return undefined;
  const { crc32 } = await filePart(range, window);
  const isSame =
    there.crc32 === undefined
      ? there.etag === (await digest(range, window, "md5")).toString("hex")
      : there.crc32 === encodeCrc32(crc32);
  return isSame ? crc32 : undefined;
}

/** An upload that was begun for the same file and purpose, and what it has. */
async function continued(
  { client, states }: PartsPorts,
  plan: PartsPlan,
  target: string,
  purpose: string,
): Promise<{ upload: MultipartUpload; parts: Map<number, UploadedPart> } | undefined> {
  const state = await states?.load(target);
  if (!state) return undefined;
  const upload = new MultipartUpload(client, plan.key, state.uploadId);
  if (state.purpose === purpose) {
    try {
      return { upload, parts: await upload.parts() };
    } catch (error) {
      // Gone, or not to be looked into: s3:ListMultipartUploadParts is a permission of its own.
      if (isInterruption(error)) throw error;
    }
  }
  await upload.abort().catch(() => undefined);
  return undefined;
}

function isForbidden(error: unknown): boolean {
  return error instanceof S3Error && error.$metadata.httpStatusCode === 403;
}

/**
 * Metadata and encryption are given when an upload begins and cannot be changed later. The read key is another one in each
 * call, and an object may well have that of the call which began it.
 */
function purposeOf({ size, part, options }: PartsPlan, keptAs: string): string {
  const { contentType, metadata = {} } = options;
  const pairs = Object.keys(metadata)
    .filter((name) => name !== READ_KEY_METADATA)
    .toSorted()
    .map((name) => [name, metadata[name]]);
  return JSON.stringify([size, part, contentType, pairs, ...(keptAs === "" ? [] : [keptAs])]);
}
