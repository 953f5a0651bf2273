import { hash } from "node:crypto";
import { hasChecksum } from "../checksum.ts";
import type { ContentProof } from "../object-store.ts";
import type { BucketClient } from "./bucket-client.ts";
import { contentFacts, etagOf, isEtagMd5, lengthOf, wholeChecksum } from "./object-headers.ts";
import { isRefusal } from "./retry.ts";

/** As ObjectStore.proof. */
export async function contentProof(
  client: BucketClient,
  key: string,
  etag: string,
): Promise<ContentProof | undefined> {
  // A listing without ETags names no version that could be asked about.
  const headers = etag === "" ? undefined : await head(client, key, etag);
  // Not every server compares.
  if (!headers || etagOf(headers) !== etag) return undefined;
  const { size, versionId, metadata } = contentFacts(headers);
  return {
    isEtagMd5: isEtagMd5(headers),
    checksum: wholeChecksum(headers),
    size,
    versionId: versionId === "null" ? undefined : versionId,
    metadata,
  };
}

/** The ETag of an object that has this content; undefined: there is none, or one with another content. */
export async function etagOfContent(
  client: BucketClient,
  key: string,
  content: Uint8Array,
): Promise<string | undefined> {
  const headers = await head(client, key, undefined);
  if (!headers || lengthOf(headers) !== content.length) return undefined;
  const etag = etagOf(headers);
  const checksum = wholeChecksum(headers);
  const isSame =
    etag === hash("md5", content, "hex") ||
    (checksum !== undefined && hasChecksum(content, checksum));
  return isSame ? etag : undefined;
}

async function head(client: BucketClient, key: string, ifMatch: string | undefined) {
  const headers = { "if-match": ifMatch && `"${ifMatch}"`, "x-amz-checksum-mode": "ENABLED" };
  try {
    return await client.send(
      { method: "HEAD", key, headers, limit: "small" },
      async ({ headers: told }) => {
        etagOf(told);
        return told;
      },
    );
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
