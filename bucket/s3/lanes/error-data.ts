import { CloudSubmitError, type ErrorCode } from "../../../protocol/error.ts";
import { FileError } from "../../../protocol/file-error.ts";
import type { Reason } from "../../../protocol/reason.ts";
import { S3Error } from "../s3-error.ts";

/** Fields of the system's errors, and of TLS's. */
const FIELDS = ["code", "errno", "syscall", "path", "dest", "reason", "authorities"] as const;

/** Causes of causes that are told of, at most. */
const DEPTH_MAX = 8;

/** An error as plain data, which threads can pass on. */
export interface ErrorData {
  kind: "S3Error" | "FileError" | "CloudSubmitError" | "Error";
  name: string;
  message: string;
  stack: string | undefined;
  cause: ErrorData | undefined;
  fields: Readonly<Record<string, unknown>>;
}

/** Whatever was thrown, as data: what decides how to go on is kept. */
export function errorData(thrown: unknown, depth = 0): ErrorData {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack, cause } = error;
  const kind =
    error instanceof S3Error
      ? "S3Error"
      : error instanceof FileError
        ? "FileError"
        : error instanceof CloudSubmitError
          ? "CloudSubmitError"
          : "Error";
  const hasCause = cause !== undefined && depth < DEPTH_MAX;
  return {
    kind,
    name,
    message,
    stack,
    cause: hasCause ? errorData(cause, depth + 1) : undefined,
    fields: fieldsOf(error),
  };
}

function fieldsOf(error: Error): ErrorData["fields"] {
  if (error instanceof S3Error) {
    const { $metadata, headers, region } = error;
    return { status: $metadata.httpStatusCode, headers, region };
  }
  if (error instanceof FileError) return { path: error.path, reason: error.reason };
  if (error instanceof CloudSubmitError) return { code: error.code };
  const all = error as unknown as Record<string, unknown>;
  const given = FIELDS.filter((name) => ["string", "number"].includes(typeof all[name]));
  return Object.fromEntries(given.map((name) => [name, all[name]]));
}

/** The error that data stands for, of the same class. */
export function errorFrom(data: ErrorData): Error {
  const { name, message, stack, fields } = data;
  const cause = data.cause && errorFrom(data.cause);
  const options = cause === undefined ? {} : { cause };
  const error = ((): Error => {
    switch (data.kind) {
      case "S3Error":
        return new S3Error(name, message, { ...fields, ...options });
      case "FileError":
        return new FileError(String(fields["path"]), fields["reason"] as Reason, options);
      case "CloudSubmitError":
        return new CloudSubmitError(fields["code"] as ErrorCode, message, options);
      default:
        return Object.assign(new Error(message, options), fields, name !== "Error" && { name });
    }
  })();
  if (stack !== undefined) error.stack = stack;
  return error;
}
