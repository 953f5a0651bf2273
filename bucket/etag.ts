import { createHash } from "node:crypto";
import { closeSync, read } from "node:fs";
import { promisify } from "node:util";
import { openLater } from "./disk/open-to-read.ts";
import { partSize } from "./part-size.ts";

const readInThread = promisify(read);

const CHUNK = 1024 * 1024;

/**
 * The ETag that S3 gives a file uploaded by this project: MD5, or the MD5 of the parts' MD5s and their
 * number. Under SSE-KMS S3 gives other ETags; the file then looks changed and is transferred again.
 *
 * @param how "whole" for a file that went up in one request although this project would send parts
 */
export async function fileEtag(
  path: string,
  size: number,
  how: "as uploaded here" | "whole" = "as uploaded here",
): Promise<string> {
  const part = how === "whole" ? undefined : partSize(size);
  const file = await openLater(path);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size, 1)));
    const digests: Buffer[] = [];
    let hash = createHash("md5");
    let inPart = 0;
    for (;;) {
      const room = part === undefined ? buffer.length : Math.min(buffer.length, part - inPart);
      const { bytesRead } = await readInThread(file, buffer, 0, room, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      inPart += bytesRead;
      if (inPart === part) {
        digests.push(hash.digest());
        hash = createHash("md5");
        inPart = 0;
      }
    }
    if (part === undefined) return hash.digest("hex");
    if (inPart > 0) digests.push(hash.digest());
    return `${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-${digests.length}`;
  } finally {
    closeSync(file);
  }
}
