import { closeFile } from "../disk/files.ts";
import { openToRead } from "../disk/open-to-read.ts";
import { fileStatsOf, readExactly } from "../disk/read-exactly.ts";
import type { Machine } from "../machine.ts";
import type { PutFileOptions } from "../object-store.ts";
import { SHARED_FROM } from "./buffer-pool.ts";
import { filePart } from "./file-part.ts";
import type { PartReader } from "./part-reader.ts";
import { bytesBody, type RequestBody } from "./request-body.ts";

/**
 * A file as the body of one request: a small one is read by one call, others as parts are.
 *
 * @param bytes as many as the file has; lent until the request is done
 * @throws FileError
 */
export async function wholeBody(
  { disk, reader }: Pick<Machine, "disk"> & { reader: PartReader },
  path: string,
  bytes: Buffer,
  options: Pick<PutFileOptions, "within" | "noFollow" | "onRead">,
): Promise<RequestBody> {
  const { length } = bytes;
  const { onRead } = options;
  if (length < SHARED_FROM) {
    const stats = readExactly(disk, path, bytes, options);
    onRead?.(stats instanceof Promise ? await stats : stats);
    return bytesBody(bytes);
  }
  const file = await openToRead(disk, path, options);
  try {
    const body = await filePart({ disk, file, path, start: 0, length }, bytes, reader);
    onRead?.(fileStatsOf(file, path));
    return body;
  } finally {
    await closeFile(disk, file);
  }
}
