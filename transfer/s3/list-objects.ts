import type { CommonPrefix, ListOptions, ObjectEntry } from "../object-store.ts";
import type { BucketClient } from "./bucket-client.ts";
import { unquoted } from "./object-headers.ts";
import { childText, children, parseAnswer } from "./xml.ts";

/** Lists objects page by page; the next page is asked for while one is being used. */
export async function* listObjects(
  client: BucketClient,
  prefix: string,
  options?: ListOptions,
): AsyncGenerator<ObjectEntry | CommonPrefix> {
  let next: Promise<unknown> | undefined = askPage(client, prefix, options);
  while (next !== undefined) {
    const page: unknown = await next;
    const token =
      childText(page, "IsTruncated") === "true"
        ? childText(page, "NextContinuationToken")
        : undefined;
    next = token === undefined ? undefined : askPage(client, prefix, options, token);
    // It is awaited later, if at all.
    next?.catch(() => undefined);
    // A server that does not know the parameter does not say that it followed it.
    const decode = childText(page, "EncodingType") === "url" ? decodeKey : asItIs;
    for (const object of children(page, "Contents")) yield entryOf(object, decode);
    for (const folded of children(page, "CommonPrefixes"))
      yield { commonPrefix: decode(childText(folded, "Prefix") ?? "") };
  }
}

function askPage(
  client: BucketClient,
  prefix: string,
  options: ListOptions | undefined,
  token?: string,
): Promise<unknown> {
  const query = {
    "list-type": "2",
    prefix,
    // XML 1.0 cannot carry every character a key may hold, such as U+0001 or CR.
    "encoding-type": "url",
    ...(options && { delimiter: options.delimiter }),
    ...(token !== undefined && { "continuation-token": token }),
  };
  return client.send({ method: "GET", query, limit: "small" }, async (answer) =>
    parseAnswer(await answer.text(), "ListBucketResult"),
  );
}

const asItIs = (key: string): string => key;

function entryOf(object: unknown, decode: (key: string) => string): ObjectEntry {
  const modified = new Date(childText(object, "LastModified") ?? "");
  return {
    key: decode(childText(object, "Key") ?? ""),
    size: Number(childText(object, "Size") ?? 0),
    etag: unquoted(childText(object, "ETag")),
    lastModified: Number.isNaN(modified.getTime()) ? undefined : modified,
  };
}

/** Undoes S3's url encoding of keys in listings, in which a space is `+`. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}
