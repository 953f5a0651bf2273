import { connectionError } from "../../../bucket/s3/connection-error.ts";
import { S3Error } from "../../../bucket/s3/s3-error.ts";

/** Names that the SDK gives to errors in which it finds none of AWS's. */
const WITHOUT_NAME = new Set(["Unknown", "UnknownError", "SyntaxError", "Error"]);

interface Answer {
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $response?: { headers?: Record<string, string> };
}

/**
 * An error of an SDK client as one of ours. The SDK takes the page of a web filter, or one to sign in, for AWS's answer
 * without a name; each of AWS's own has a request id, and an error a name.
 */
export function sdkError(host: string, error: unknown): unknown {
  if (!(error instanceof Error) || !WITHOUT_NAME.has(error.name)) return connectionError(error);
  const { $metadata = {}, $response } = error as Answer;
  const { httpStatusCode: status, requestId } = $metadata;
  if (status === undefined || requestId !== undefined) return connectionError(error);
  const { server, location } = $response?.headers ?? {};
  return notFromAws(host, [
    `status ${status}`,
    ...(server === undefined ? [] : [`server ${JSON.stringify(server.slice(0, 60))}`]),
    ...(location === undefined ? [] : [`location ${JSON.stringify(location.slice(0, 200))}`]),
  ]);
}

/** Something else than AWS has answered, as far as it told. */
export function notFromAws(host: string, told: readonly string[]): S3Error {
  return new S3Error("NotFromS3", `${host}: ${told.join(", ")}`);
}
