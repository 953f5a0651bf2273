import { connectionError } from "../../../bucket/s3/connection-error.ts";
import { describe } from "../../../bucket/s3/not-from-s3.ts";
import { S3Error } from "../../../bucket/s3/s3-error.ts";

/** Names that the SDK gives to errors in which it finds none of AWS's. */
const WITHOUT_NAME = new Set(["Unknown", "UnknownError", "SyntaxError", "Error"]);

interface Answer {
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $response?: { headers?: Record<string, string> };
}

/**
 * An error of an SDK client as one of ours. The SDK takes the page of a web filter, or one to sign in, for AWS's answer
 * without a name, or cannot read it; each of AWS's own has a request id, and an error a name.
 */
export function sdkError(service: string, error: unknown): unknown {
  const ours = connectionError(error);
  if (!(ours instanceof Error)) return ours;
  if (ours.name === "TimeoutError")
    return new S3Error(ours.name, `${service} did not answer in time`, { cause: error });
  // The system's words do not say who was not reached.
  if (ours instanceof S3Error && ours !== error)
    return new S3Error(ours.name, `${service}: ${ours.message}`, { cause: error });
  const { $metadata = {}, $response } = ours as Answer;
  const { httpStatusCode: status, requestId } = $metadata;
  if (status === undefined) return ours;
  // STS and SSM lead nowhere else, whatever id a portal gives to its answer.
  const isElsewhere = status >= 300 && status < 400;
  if (!isElsewhere && !WITHOUT_NAME.has(ours.name)) return ours;
  // Other servers of S3's kind have such ids, too; of AWS's own answers, only failures may lack a name.
  if (requestId !== undefined && ours.name !== "SyntaxError" && status >= 500) return ours;
  // The words of who answered; others are the SDK's.
  const words = ours.name === "Unknown" && ours.message !== ours.name ? ours.message : "";
  return notFromAws(service, describe({ status, headers: $response?.headers ?? {} }, words));
}

/** Something else than AWS has answered, as far as it told. */
export function notFromAws(service: string, told: string): S3Error {
  return new S3Error("NotFromS3", `${service}: ${told}`);
}
