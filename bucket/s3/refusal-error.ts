import { proxyRefusal } from "../network/tunnel.ts";
import { actionOf } from "./action-of.ts";
import { CUSTOMER_KEY } from "./customer-key.ts";
import { errorResponse } from "./error-response.ts";
import type { Refusal } from "./refusal.ts";
import type { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";

/**
 * The error that a refusal stands for.
 *
 * @param sent headers that the request had
 */
export function refusalError(
  refusal: Refusal,
  request: S3Request,
  sent: Readonly<Record<string, string>>,
): S3Error {
  const { status, text, proxy } = refusal;
  const error = errorResponse(refusal, text, refusal.isForeign);
  error.action = actionOf(request);
  error.hadKey = CUSTOMER_KEY in sent;
  const isProxys = status === 407 || (status >= 400 && error.name === "NotFromS3");
  return proxy && isProxys ? proxyRefusal(proxy, status) : error;
}
