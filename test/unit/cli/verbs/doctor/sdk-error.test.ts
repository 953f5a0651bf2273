import { expect, test } from "@jest/globals";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { isOfTheWay } from "../../../../../cli/verbs/doctor/problem.ts";
import { sdkError } from "../../../../../cli/verbs/doctor/sdk-error.ts";

const error = (message: string, more: object) => Object.assign(new Error(message), more);

test.each([
  [
    error("connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED", syscall: "connect" }),
    "NetworkError",
    "STS: connect ECONNREFUSED 127.0.0.1:1",
  ],
  [
    error("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    "TlsError",
    "STS: self-signed certificate",
  ],
  [
    error("@smithy/node-http-handler ...", { name: "TimeoutError" }),
    "TimeoutError",
    "STS did not answer in time",
  ],
  [error("hang up", { name: "TimeoutError", code: "ECONNRESET" }), "NetworkError", "STS: hang up"],
  [new S3Error("ProxyError", "the proxy p refuses"), "ProxyError", "the proxy p refuses"],
  [
    error("Unknown", { name: "Unknown", $metadata: { httpStatusCode: 502 } }),
    "NotFromS3",
    "STS: status 502",
  ],
  ...["Unknown", "Found"].map((name): [Error, string, string] => [
    error("Unknown", {
      name,
      $metadata: { httpStatusCode: 307, requestId: "1" },
      $response: { headers: { location: "https://portal.example/in" } },
    }),
    "NotFromS3",
    'STS: status 307, location "https://portal.example/in"',
  ]),
])("%s is of the way: %s", (given, name, message) => {
  const ours = sdkError("STS", given);
  expect(ours).toMatchObject({ name, message });
  expect(isOfTheWay(ours)).toBe(true);
});

test.each([
  error("m", { name: "InvalidClientTokenId", $metadata: { httpStatusCode: 403 } }),
  error("m", { name: "Unknown", $metadata: { httpStatusCode: 500, requestId: "1" } }),
  error("m", { name: "CredentialsProviderError" }),
  error("Region is missing", {}),
])("%s is not", (given) => {
  expect(sdkError("STS", given)).toBe(given);
  expect(isOfTheWay(given)).toBe(false);
});
