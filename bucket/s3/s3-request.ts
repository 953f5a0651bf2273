import type { RequestBody } from "./request-body.ts";

/** A request for a bucket, before it is signed. */
export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** undefined: the bucket itself. */
  key?: string;
  query?: Record<string, string>;
  /** Names in lower case; undefined: none. */
  headers?: Record<string, string | undefined>;
  body?: RequestBody;
  /** It makes an object, and not a part of one: settings say how S3 is to keep it. */
  makes?: true;
  /** Which of the limits it counts in. */
  limit: "small" | "large";
}
