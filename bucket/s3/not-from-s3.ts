import { S3Error } from "./s3-error.ts";

type Headers = Readonly<Record<string, string>>;

/** A request, as far as it says which answers S3 may give. */
export interface Asked {
  method: string;
  /** undefined: the bucket itself. */
  key?: string | undefined;
}

/** An answer to it. */
export interface Answered {
  status: number;
  headers: Headers;
}

/** Knowledge of the server that a request goes to. */
export interface Host {
  /** Whether it is AWS's. */
  isAws: boolean;
  /** Whether its answers about objects have had request ids. */
  tellsIds: boolean;
}

/** Whether S3 may answer a request with an object's own type of content. */
export function readsObject({ method, key }: Asked): boolean {
  return key !== undefined && (method === "GET" || method === "HEAD");
}

export function hasRequestId(headers: Headers): boolean {
  return "x-amz-request-id" in headers || "x-amz-id-2" in headers;
}

/**
 * Whether an answer without words of S3's comes from something on the way: a web filter, a page to sign in, another server.
 * Each of S3's own has a request id. Other servers may send none, or some of the time: theirs count unless they are pages, or
 * lead elsewhere. Source: Amazon S3 API Reference, "common response headers".
 */
export function isForeign({ status, headers }: Answered, asked: Asked, host: Host): boolean {
  if (hasRequestId(headers)) return false;
  if (host.isAws) return true;
  // Some name their requests otherwise, or at least the bucket's region.
  for (const name in headers) if (name.startsWith("x-amz")) return false;
  if (status >= 300 && status < 400) return status !== 304;
  if (!/^(?:text\/html|application\/xhtml)/i.test(headers["content-type"] ?? "")) return false;
  // An object may be a page; each has an ETag.
  const mayBeObject = status < 300 && readsObject(asked) && "etag" in headers;
  return !mayBeObject || host.tellsIds;
}

/**
 * The error for such an answer: nothing is known of the object, whatever the status. It names who has answered, and where to
 * that would lead.
 */
export function notFromS3({ status, headers }: Answered, body: string): S3Error {
  return new S3Error("NotFromS3", describe({ status, headers }, body));
}

/** An answer in one short line, for people. */
export function describe({ status, headers }: Answered, body: string): string {
  const { server } = headers;
  const title = /<title[^>]{0,200}>([^<]{0,200})/i.exec(body)?.[1] ?? body;
  return [
    `status ${status}`,
    server && `server ${quoted(server, 60)}`,
    locationOf(headers),
    /\S/.test(title) && quoted(title, 100),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Where an answer leads, for people; undefined: nowhere. */
export function locationOf({ location }: Headers): string | undefined {
  return location ? `location ${quoted(location, 200)}` : undefined;
}

/** Without what a terminal would obey, or what would end the line. */
function quoted(text: string, most: number): string {
  const plain = text.replaceAll(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, " ");
  return JSON.stringify(plain.trim().slice(0, most));
}
