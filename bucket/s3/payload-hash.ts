import type { BucketEndpoint } from "./endpoint.ts";
import type { RequestBody } from "./request-body.ts";

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Over TLS, and where nothing leaves the machine, the CRC32 is enough; it is signed as a header. */
export function payloadHash(
  body: RequestBody | undefined,
  { tls, loopback }: Pick<BucketEndpoint, "tls" | "loopback">,
): string | Promise<string> {
  if (body === undefined || body.length === 0) return EMPTY_SHA256;
  return tls || loopback ? "UNSIGNED-PAYLOAD" : body.sha256();
}
