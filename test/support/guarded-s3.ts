import { createHash, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { S3Server, type SeenRequest } from "./s3-server.ts";

/** Settings of a bucket's administrator. */
export interface Guards {
  /** Default encryption with a key of KMS: ETags are not of the content. */
  kms?: boolean;
  /** The bucket's policy denies writes without these headers, with these values. */
  demands?: Record<string, string>;
  /** SSE-C is blocked, as in new buckets. */
  blocksCustomerKeys?: boolean;
  /** Default retention: every write needs a checksum. */
  objectLock?: boolean;
  /** Whether the caller's policy allows an action on a key, or on the bucket ("") for a listing. */
  allows?: (action: string, key: string) => boolean;
  /** The action that S3 says is not allowed, where it is that of another service; empty: it says none. */
  words?: string | undefined;
}

/** Headers that S3 takes in requests that make an object only. Source: Amazon S3 API Reference, UploadPart. */
const ONLY_OF_OBJECTS = [
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-acl",
];

const CUSTOMER = "x-amz-server-side-encryption-customer-algorithm";

/** Source: Amazon S3 API Reference, PutObject, "Content-MD5". */
const SUMS = /^(content-md5|x-amz-checksum-(?!algorithm|type).+)$/;

/**
 * A bucket as careful sites have them, on a real socket: encrypted by keys of KMS, with a policy that demands headers,
 * with rights of which some are missing. Sources: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys",
 * "Bucket policy examples"; API Reference, Object ("ETag") and HeadObject ("Permissions").
 */
export class GuardedS3 extends S3Server {
  readonly #guards: Guards;
  /** Of each object and upload that was made with a customer's key: that key's MD5. */
  readonly customerKeys = new Map<string, string>();

  constructor(guards: Guards) {
    super();
    this.#guards = guards;
    this.intercept = (seen, response) => this.#isRefused(seen, response);
  }

  override etagOf(body: Buffer, end = ""): string {
    const isOpaque = this.#guards.kms === true || this.customerKeys.size > 0;
    return isOpaque ? randomBytes(16).toString("hex") + end : super.etagOf(body, end);
  }

  override put(key: string, body: Buffer, headers: Record<string, string> = {}) {
    const kms: Record<string, string> = { "x-amz-server-side-encryption": "aws:kms" };
    if (this.customerKeys.has(key))
      return super.put(key, body, { [CUSTOMER]: "AES256", ...headers });
    return super.put(key, body, this.#guards.kms ? { ...kms, ...headers } : headers);
  }

  #isRefused(seen: SeenRequest, response: ServerResponse): boolean {
    const { method, key, query, headers } = seen;
    const { demands = {}, objectLock, words, allows = () => true } = this.#guards;
    const makes = (method === "PUT" && !query.has("partNumber")) || query.has("uploads");
    const action = actionOf(seen);
    if (!makes && ONLY_OF_OBJECTS.some((name) => name in headers))
      return refuse(seen, response, 400, "InvalidArgument", "the header is not supported here");
    if (!allows(action, key))
      return refuse(seen, response, 403, "AccessDenied", notAllowed(words ?? action));
    const isSummed = Object.keys(headers).some((name) => SUMS.test(name));
    if (objectLock && method === "PUT" && !isSummed)
      return refuse(
        seen,
        response,
        400,
        "InvalidRequest",
        "Content-MD5 OR x-amz-checksum- HTTP header is required",
      );
    const isMet = Object.entries(demands).every(([name, value]) => headers[name] === value);
    if (makes && !isMet)
      return refuse(seen, response, 403, "AccessDenied", notAllowed(action, "explicit deny"));
    const isMissing = action === "s3:GetObject" && key !== "" && !this.objects.has(key);
    // Those who may not list learn of no key whether it is there.
    if (isMissing && !allows("s3:ListBucket", ""))
      return refuse(seen, response, 403, "AccessDenied", notAllowed("s3:ListBucket"));
    return this.#isWrongKey(seen, response, makes);
  }

  /** Source: Amazon S3 User Guide, "Using server-side encryption with customer-provided keys". */
  #isWrongKey(seen: SeenRequest, response: ServerResponse, makes: boolean): boolean {
    const { method, key, headers } = seen;
    if (key === "" || method === "DELETE") return false;
    const secret = headers[CUSTOMER.replace("algorithm", "key")];
    const given =
      secret &&
      createHash("md5")
        .update(Buffer.from(String(secret), "base64"))
        .digest("base64");
    const isSound =
      headers[CUSTOMER] === "AES256" && headers[CUSTOMER.replace("algorithm", "key-md5")] === given;
    if (given !== undefined && (!isSound || Buffer.from(String(secret), "base64").length !== 32))
      return refuse(seen, response, 400, "InvalidArgument", "the key is none");
    if (makes) {
      if (given !== undefined && this.#guards.blocksCustomerKeys)
        return refuse(seen, response, 403, "AccessDenied", "Access Denied");
      if (given !== undefined && "x-amz-server-side-encryption" in headers)
        return refuse(seen, response, 400, "InvalidArgument", "two encryptions");
      if (given === undefined) this.customerKeys.delete(key);
      else this.customerKeys.set(key, given);
      return false;
    }
    const held = this.customerKeys.get(key);
    if (held === given) return false;
    if (held === undefined)
      return refuse(
        seen,
        response,
        400,
        "InvalidRequest",
        "The encryption parameters are not applicable to this object.",
      );
    if (given !== undefined) return refuse(seen, response, 403, "AccessDenied", "Access Denied");
    return refuse(
      seen,
      response,
      400,
      "InvalidRequest",
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  }
}

function actionOf({ method, key, query }: SeenRequest): string {
  if (key === "") return "s3:ListBucket";
  if (method === "GET" || method === "HEAD")
    return query.has("uploadId") ? "s3:ListMultipartUploadParts" : "s3:GetObject";
  if (method !== "DELETE") return "s3:PutObject";
  return query.has("uploadId") ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
}

/** In S3's words. Source: Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors". */
function notAllowed(action: string, how = ""): string {
  if (action === "") return "Access Denied";
  const who = "User: arn:aws:iam::111122223333:user/u is not authorized to perform";
  const why =
    how === ""
      ? `because no identity-based policy allows the ${action} action`
      : `with an ${how} in a resource-based policy`;
  return `${who}: ${action} on resource: &quot;arn:aws:s3:::b/k&quot; ${why}`;
}

function refuse(
  { method }: SeenRequest,
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): true {
  response.writeHead(status, { "x-amz-request-id": "R" });
  const body = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.end(method === "HEAD" ? undefined : body);
  return true;
}
