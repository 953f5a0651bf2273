import { connectionError } from "../s3/connection-error.ts";
import { S3Error } from "../s3/s3-error.ts";
import type { Proxy } from "./proxy.ts";

/**
 * The error for a proxy to which there is no connection: it names the proxy, and the variable that does, in place of S3.
 *
 * @param cause of Node.js or the system, whose kind it keeps: `TimeoutError`, `TlsError`, else `NetworkError`
 */
export function proxyUnreached({ name, variable }: Proxy, cause: Error): S3Error {
  const known = connectionError(cause);
  const kind = known instanceof S3Error ? known.name : "NetworkError";
  const why = known instanceof S3Error ? known.message : cause.message;
  return new S3Error(kind, `the proxy ${name} (of ${variable}) cannot be reached: ${why}`, {
    cause,
  });
}
