import { crc32 } from "node:zlib";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import { NewFiles } from "../disk/new-files.ts";
import { mapBounded } from "../flow/each-bounded.ts";
import type { Machine } from "../machine.ts";
import { OBJECT_MAX } from "../object-limit.ts";
import type { ExactVersion, FetchedFile, GetFileOptions } from "../object-store.ts";
import { SINGLE_PUT_MAX } from "../part-size.ts";
import { type Arrival, ArrivingFile } from "./arriving-file.ts";
import type { BucketClient } from "./bucket-client.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { combineCrc32 } from "./crc32.ts";
import { getRange, type RangeResult } from "./get-range.ts";
import type { LargeTransfers } from "./large-transfers.ts";
import { etagOf, lengthOf } from "./object-headers.ts";
import { isOtherVersion } from "./other-version.ts";
import { PartialFile, RANGE } from "./partial-file.ts";
import { readFully } from "./read-fully.ts";
import { checkHeld, wrongLength } from "./read-range.ts";
import { S3Error } from "./s3-error.ts";
import { isComparable, verified } from "./verify-file.ts";

/** An object that is replaced while it is read is begun anew this often. */
const VERSIONS_MAX = 5;

export interface GetFilePorts extends Machine {
  client: BucketClient;
  /** For reading back what a former download left. */
  buffers: BufferPool;
  large: LargeTransfers;
}

/** As ObjectStore.getFile. */
export async function getFile(
  ports: GetFilePorts,
  key: string,
  path: string,
  options: GetFileOptions = {},
): Promise<FetchedFile | undefined> {
  const { exact } = options;
  let { size } = options;
  // Some servers give none in their listings.
  let etag = options.etag || undefined;
  let versionId: string | undefined;
  let mismatches = 0;
  let mismatch = reason("object-damaged");
  for (let version = 1; ; ) {
    try {
      const holds = exact?.holds;
      const fetched =
        size === undefined || size > SINGLE_PUT_MAX
          ? await getLarge(
              ports,
              { key, versionId, holds, size, etag: exact && etag },
              path,
              options,
            )
          : await getSmall(ports, { key, versionId, holds, size, etag }, path, options);
      if (fetched) return fetched;
      mismatch = reason("object-damaged");
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      if (error.name !== "WrongLength") {
        if (exact) {
          if (!isOtherVersion(error, versionId !== undefined)) throw error;
          if (versionId !== undefined || exact.versionId === undefined) return undefined;
          versionId = exact.versionId;
          continue;
        }
        const { httpStatusCode: status } = error.$metadata;
        if (status === 404 && error.name !== "NoSuchBucket") return undefined;
        // Replaced since it was listed or since the first range: now as it is.
        if (status !== 412) throw error;
        if (version === VERSIONS_MAX) throw new FileError(key, reason("object-changing"));
        version += 1;
        size = undefined;
        etag = undefined;
        continue;
      }
      mismatch = reason("object-length");
    }
    mismatches += 1;
    if (mismatches > 1) throw new FileError(key, mismatch);
    // The length may be an older version's, and nothing tells.
    if (etag === undefined) size = undefined;
  }
}

/** An object, and which one of those that its key has had. */
interface Wanted {
  key: string;
  /** Bytes, as far as S3 has said. */
  size: number | undefined;
  /** undefined: any. */
  etag: string | undefined;
  /** undefined: the newest. */
  versionId: string | undefined;
  /** Metadata that it has to have. */
  holds: ExactVersion["holds"];
}

/** @returns undefined when what arrived is not the object */
async function getSmall(
  { client, disk }: GetFilePorts,
  { key, versionId, holds, size, etag }: Wanted & { size: number },
  path: string,
  { onBytes, making }: GetFileOptions,
): Promise<FetchedFile | undefined> {
  const arrival: Arrival = { path, size, file: undefined, isMade: false };
  const files = making?.files ?? new NewFiles(disk);
  const file = new ArrivingFile(files, arrival, making?.propertiesOf);
  let got: RangeResult;
  try {
    got = await getRange(
      client,
      { key, start: 0, end: undefined, size, ifMatch: etag, versionId, holds },
      "small",
      file,
      { onBytes },
    );
  } finally {
    const left = file.abandon();
    if (left) await left;
  }
  const verifying = verified(path, got);
  const fetched = verifying instanceof Promise ? await verifying : verifying;
  if (fetched && making) fetched.hasProperties = file.hasProperties;
  return fetched;
}

/** @returns undefined when what arrived is not the object; the file is empty then */
async function getLarge(
  ports: GetFilePorts,
  { key, etag: ifMatch, versionId, holds }: Wanted,
  path: string,
  options: GetFileOptions,
): Promise<FetchedFile | undefined> {
  const { client, buffers, disk, limits, large } = ports;
  const headers = await client.send(
    {
      method: "HEAD",
      key,
      ...(versionId !== undefined && { query: { versionId } }),
      headers: { "x-amz-checksum-mode": "ENABLED", "if-match": ifMatch && `"${ifMatch}"` },
      limit: "small",
    },
    async (response) => response.headers,
  );
  checkHeld(key, headers, holds);
  const etag = etagOf(headers);
  const listed = etag === options.etag ? options.size : undefined;
  const size = lengthOf(headers) ?? listed;
  if (size === undefined || size > OBJECT_MAX)
    throw new S3Error("MalformedResponse", `${key}: S3 does not say how long it is`);
  if (size !== (listed ?? size)) throw wrongLength(key);
  if (size <= SINGLE_PUT_MAX)
    return getSmall(ports, { key, size, etag, versionId, holds }, path, options);
  const partial = await PartialFile.open(path, size, etag, !isComparable(headers, size));
  try {
    const getOne = async (index: number) => {
      const start = index * RANGE;
      const length = Math.min(RANGE, size - start);
      const there = partial.bytesOf(index);
      const readBack = async (buffer: Buffer) => {
        await readFully({ disk, file: partial.file.fd, path }, buffer, start);
        return crc32(buffer);
      };
      const before = there === 0 ? 0 : await buffers.use(there, readBack, client.owner);
      if (there === length) return { checksum: before, length };
      const range = {
        key,
        start: start + there,
        end: start + length,
        size,
        ifMatch: etag,
        versionId,
        holds,
      };
      const onAt = (at: number) => partial.noteBytes(index, at - start);
      const watch = { onBytes: options.onBytes, onAt };
      const get = () => getRange(client, range, "large", partial.file.fd, watch);
      const got = await large.rangeSlots.spend(1, get, client.owner);
      await partial.markDone(index);
      return { checksum: combineCrc32(before, got.crc32, length - there), length };
    };
    const indexes = Array.from({ length: partial.ranges }, (_, index) => index);
    const sums = await client.whole(size, () => mapBounded(indexes, limits.partsMost, getOne));
    const whole = sums.reduce((crc, { checksum, length }) => {
      return combineCrc32(crc, checksum, length);
    }, 0);
    await partial.finish();
    const got = { headers, crc32: whole, bytes: size };
    const fetched = await verified(path, got, partial.isResumed);
    if (!fetched) await partial.startOver();
    return fetched;
  } finally {
    await partial.close();
  }
}
