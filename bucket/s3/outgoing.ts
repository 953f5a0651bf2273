import type { AwsCredentialIdentity } from "@smithy/types";
import type { AddedHeaders } from "./added-headers.ts";
import { encodeCrc32 } from "./crc32.ts";
import type { BucketEndpoint } from "./endpoint.ts";
import { canonicalQuery, escapeKey } from "./escape-uri.ts";
import type { WireRequest } from "./http1/wire-request.ts";
import { payloadHash } from "./payload-hash.ts";
import type { RequestBody } from "./request-body.ts";
import { requestHead } from "./request-head.ts";
import type { S3Request } from "./s3-request.ts";
import type { SignV4 } from "./sign-v4.ts";

/** Where requests go, and what is added to them. */
export interface Target {
  region: string;
  endpoint: BucketEndpoint;
  /** Headers beside the host. */
  added: AddedHeaders;
}

/** A request before its body is read and it is signed: plain data, which threads can pass on. */
export interface Outgoing extends Pick<BucketEndpoint, "origin" | "isAws" | "tls" | "loopback"> {
  method: S3Request["method"];
  /** undefined: the bucket itself. */
  key: string | undefined;
  /** Encoded, without the query. */
  path: string;
  /** The query, encoded; empty: there is none. */
  search: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The region that it is signed for. */
  region: string;
  /** When it is signed: milliseconds since 1970, by S3's clock. */
  at: number;
}

/** A request as it goes to a target, signed at a time. */
export function outgoing(
  { region, endpoint, added }: Target,
  request: S3Request,
  at: number,
): Outgoing {
  const { method, key, query } = request;
  const { origin, host, pathPrefix, isAws, tls, loopback } = endpoint;
  // A literal, to which the rest is added: a copy of an object makes signing twice as slow.
  const headers: Record<string, string> = { host };
  const more = added.of(request);
  for (const name in more) headers[name] = more[name] as string;
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const path = key === undefined ? pathPrefix.replace(/(.)\/$/, "$1") : pathPrefix + escapeKey(key);
  return {
    origin,
    isAws,
    tls,
    loopback,
    method,
    key,
    path,
    search: query === undefined ? "" : canonicalQuery(query),
    headers,
    region,
    at,
  };
}

/** Signs a request with its body, and writes its head: at once, unless the body has to be read for that. Its headers become those that are sent. */
export function sealed(
  request: Outgoing,
  body: RequestBody | undefined,
  credentials: AwsCredentialIdentity,
  signer: SignV4,
): WireRequest | Promise<WireRequest> {
  const { method, headers } = request;
  if (body !== undefined) {
    headers["content-length"] = String(body.length);
    // The full object's stands for the parts when an upload is completed.
    if (method === "PUT") headers["x-amz-checksum-crc32"] = encodeCrc32(body.crc32);
  }
  const hash = payloadHash(body, request);
  const seal = (payload: string) => signed(request, body, payload, credentials, signer);
  return typeof hash === "string" ? seal(hash) : hash.then(seal);
}

function signed(
  { method, path, search, headers, at }: Outgoing,
  body: RequestBody | undefined,
  payload: string,
  credentials: AwsCredentialIdentity,
  signer: SignV4,
): WireRequest {
  signer.sign({ method, path, query: search, headers, payload }, credentials, at);
  headers["user-agent"] = "cloud-submit";
  return {
    method,
    head: requestHead(method, search === "" ? path : `${path}?${search}`, headers),
    body: body === undefined || body.length === 0 ? undefined : body.content(),
    length: body?.length ?? 0,
  };
}
