import { isNativeError } from "node:util/types";
import { CloudSubmitError } from "../../protocol/error.ts";
import { S3Error } from "./s3-error.ts";

/** An error of Node.js or the system as one of ours; any other stays what it is. */
export function connectionError(error: unknown): unknown {
  if (error instanceof S3Error || error instanceof CloudSubmitError) return error;
  if (!isNativeError(error) || !("code" in error)) return error;
  const code = String(error.code);
  // A programming error, such as an invalid header.
  if (/^ERR_(?!TLS|SSL|STREAM_PREMATURE)/.test(code)) return error;
  // Both addresses of a host refused: the error itself has no words.
  const message = error.message || code;
  const details = { cause: error };
  if (code === "ETIMEDOUT") return new S3Error("TimeoutError", message, details);
  if (isTlsFault(error)) return new S3Error("TlsError", message, details);
  return new S3Error("NetworkError", message, details);
}

/** Whether the other side is not trusted, or does not speak TLS. */
export function isTlsFault({ code }: { code?: unknown }): boolean {
  return /CERT|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|EPROTO/.test(String(code));
}
