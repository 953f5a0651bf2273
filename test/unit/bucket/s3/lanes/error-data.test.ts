import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { errorData, errorFrom } from "../../../../../bucket/s3/lanes/error-data.ts";
import { isInterruption, isOverload, isTransient } from "../../../../../bucket/s3/retry.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { tlsFault } from "../../../../../bucket/s3/tls-fault.ts";
import { CloudSubmitError, ERROR_CODES } from "../../../../../protocol/error.ts";
import { FileError } from "../../../../../protocol/file-error.ts";
import { reason } from "../../../../../protocol/reason.ts";

const NAMES = ["NetworkError", "SlowDown", "BadDigest", "AccessDenied", "TlsError", "NotFromS3"];

const plain = fc
  .record({ message: fc.string(), name: fc.constantFrom("Error", "CredentialsProviderError") })
  .map(({ message, name }) => Object.assign(new Error(message), { name }));
const system = fc
  .record(
    {
      code: fc.constantFrom("ENOSPC", "EMFILE", "ENOTFOUND", "CERT_HAS_EXPIRED", "ERR_SSL_X"),
      errno: fc.integer(),
      syscall: fc.string(),
      path: fc.string(),
      authorities: fc.string(),
      reason: fc.string(),
    },
    { requiredKeys: ["code"] },
  )
  .map((fields) => Object.assign(new Error(`${fields.code}: words`), fields));
const headers = fc.dictionary(
  fc.constantFrom("retry-after", "x-amz-request-id", "x-amz-bucket-region", "date"),
  fc.string(),
);
const cause = fc.option(fc.oneof(plain, system), { nil: undefined });
const s3 = fc
  .record({
    name: fc.constantFrom(...NAMES),
    status: fc.option(fc.constantFrom(403, 404, 500, 503), { nil: undefined }),
    headers,
    region: fc.option(fc.string(), { nil: undefined }),
    cause,
  })
  .map(
    ({ name, status, ...more }) =>
      new S3Error(name, "words", { ...more, ...(status !== undefined && { status }) }),
  );
const file = fc
  .tuple(fc.string(), fc.string(), fc.oneof(cause, s3))
  .map(
    ([path, error, from]) =>
      new FileError(path, reason("system-error", { error }), { cause: from }),
  );
const own = fc
  .tuple(fc.constantFrom(...ERROR_CODES), fc.string(), fc.oneof(cause, s3))
  .map(([code, message, from]) => new CloudSubmitError(code, message, { cause: from }));

/** All that anything could tell errors by. */
function known(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { $metadata, headers, region, path, reason, code, errno, syscall, authorities } =
    error as never as Record<string, unknown>;
  return {
    class: error.constructor.name,
    name: error.name,
    message: error.message,
    stack: error.stack,
    fields: { $metadata, headers, region, path, reason, code, errno, syscall, authorities },
    judged: [isTransient(error), isInterruption(error), isOverload(error), tlsFault(error)],
    cause: known(error.cause),
  };
}

test("whatever is thrown in a thread is the same in another one", () => {
  fc.assert(
    fc.property(fc.oneof(plain, system, s3, file, own), (error) => {
      expect(known(errorFrom(structuredClone(errorData(error))))).toEqual(known(error));
    }),
    { numRuns: 500 },
  );
});

test("what is no error becomes one, and causes without an end have one", () => {
  expect(errorFrom(errorData("words")).message).toBe("words");
  const circle = new Error("round");
  circle.cause = circle;
  let depth = 0;
  for (let at: unknown = errorFrom(errorData(circle)); at instanceof Error; at = at.cause)
    depth += 1;
  expect(depth).toBeLessThan(20);
});
