import { createHash } from "node:crypto";
import { eachChunk } from "./each-chunk.ts";
import { partSize } from "./part-size.ts";

/**
 * The ETag that S3 gives a file uploaded by this project: MD5, or the MD5 of the parts' MD5s and their
 * number. Under SSE-KMS and SSE-C S3 gives other ETags: then checksums tell (transfer/comparing/proofs.ts).
 *
 * @param how "whole" for a file that went up in one request although this project would send parts
 */
export async function fileEtag(
  path: string,
  size: number,
  how: "as uploaded here" | "whole" = "as uploaded here",
): Promise<string> {
  const part = how === "whole" ? undefined : partSize(size);
  const digests: Buffer[] = [];
  let hash = createHash("md5");
  let inPart = 0;
  const take = (bytes: Buffer) => {
    hash.update(bytes);
    inPart += bytes.length;
    if (inPart !== part) return;
    digests.push(hash.digest());
    hash = createHash("md5");
    inPart = 0;
  };
  await eachChunk(path, take, part === undefined ? undefined : () => part - inPart);
  if (part === undefined) return hash.digest("hex");
  if (inPart > 0) digests.push(hash.digest());
  return `${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-${digests.length}`;
}
