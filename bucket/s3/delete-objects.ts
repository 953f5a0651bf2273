import type { RefusedDeletion, Removal } from "../object-store.ts";
import type { BucketClient } from "./bucket-client.ts";
import { encodeCrc32 } from "./crc32.ts";
import { bytesBody } from "./request-body.ts";
import { S3Error } from "./s3-error.ts";
import { children, childText, escapeText, parseResponse, unescapeText } from "./xml.ts";

/** Keys of one request. Source: Amazon S3 API Reference, DeleteObjects. */
export const DELETED_AT_ONCE = 1000;

/** Bytes of an answer: in quiet mode it names only what was refused, with a key of up to 1,024 bytes each. */
const ANSWER_MAX = 8 << 20;

/**
 * Removes up to a thousand objects by one request. That an object is not there is no error.
 *
 * @returns what S3 refused, in its words
 * @throws S3Error for the request as a whole
 */
export async function deleteObjects(
  client: BucketClient,
  removals: readonly (string | Removal)[],
): Promise<RefusedDeletion[]> {
  const objects = removals.map(objectText);
  const text = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.join("")}<Quiet>true</Quiet></Delete>`;
  const body = bytesBody(Buffer.from(text));
  // S3 refuses it without a checksum.
  const headers = {
    "content-type": "application/xml",
    "x-amz-checksum-crc32": encodeCrc32(body.crc32),
  };
  const request = { method: "POST", query: { delete: "" }, headers, body, limit: "small" } as const;
  return client.send(request, async (response) => {
    const { status } = response;
    const answer = (await response.bytes(ANSWER_MAX)).toString("utf8");
    const answered = { status, headers: response.headers };
    const result = parseResponse(answer, "DeleteResult", answered);
    return children(result, "Error").map((error) => {
      const key = childText(error, "Key");
      const code = childText(error, "Code");
      if (key === undefined || code === undefined)
        throw new S3Error("MalformedResponse", "S3's response names no key, or no code");
      const message = unescapeText(childText(error, "Message") ?? "");
      const versionId = childText(error, "VersionId");
      return { key: unescapeText(key), ...(versionId && { versionId }), code, message };
    });
  });
}

/** The element of a removal, with its children in the order of elements that S3 documents. */
function objectText(removal: string | Removal): string {
  const { key, versionId, ifMatch }: Removal =
    typeof removal === "string" ? { key: removal } : removal;
  const version =
    versionId === undefined ? "" : `<VersionId>${escapeKeyText(versionId)}</VersionId>`;
  const etag = ifMatch === undefined ? "" : `<ETag>&quot;${escapeKeyText(ifMatch)}&quot;</ETag>`;
  return `<Object><Key>${escapeKeyText(key)}</Key>${version}${etag}</Object>`;
}

/** A parser makes other characters of line ends, and takes no control characters as they are. */
function escapeKeyText(key: string): string {
  return escapeText(key).replace(/\p{Cc}/gu, (character) => `&#${character.charCodeAt(0)};`);
}
