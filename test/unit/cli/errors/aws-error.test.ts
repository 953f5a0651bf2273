import { expect, test } from "@jest/globals";
import { connectionError } from "../../../../bucket/s3/connection-error.ts";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { awsError } from "../../../../cli/errors/aws-error.ts";
import { wordsOf } from "../../../../cli/errors/command-error.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { problem } from "../../../../cli/verbs/doctor/problem.ts";
import { sdkError } from "../../../../cli/verbs/doctor/sdk-error.ts";

const fault = (code: string, more: object = {}) =>
  Object.assign(new Error("no"), { code, ...more });

/** As S3's connections, the SDK's clients and tunnels have it. */
const ways = (error: Error): unknown[] => [
  connectionError(error),
  sdkError("STS", error),
  new S3Error("TlsError", "the proxy p cannot be reached: no", { cause: error }),
];

test.each([
  ["ERR_TLS_CERT_ALTNAME_INVALID", /another name; check the endpoint, or the proxy/],
  ["CERT_HAS_EXPIRED", /clock, or tell the site's administrator/],
  ["CERT_NOT_YET_VALID", /this machine's clock/],
  ["EPROTO", /http:\/\/, else another port/],
  ["ERR_SSL_WRONG_VERSION_NUMBER", /http:\/\/, else another port/],
  ["CERT_REVOKED", /ask the site's administrator/],
])("%s gets advice that fits, and none on authorities", (code, advice) => {
  for (const authorities of [undefined, "AWS_CA_BUNDLE: /site.pem"])
    for (const error of ways(fault(code, { authorities }))) {
      expect(wordsOf(sayEnglish, awsError(error))).toMatch(advice);
      const { detail, fix } = problem(sayEnglish, error, "aws configure");
      expect(`${detail} ${fix}`).not.toMatch(/AWS_CA_BUNDLE|aws configure/);
      expect(wordsOf(sayIn(ja.messages), awsError(error))).not.toContain("AWS_CA_BUNDLE");
    }
});

test.each([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_GET_ISSUER_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
])("%s gets AWS_CA_BUNDLE, or the file that was used", (code) => {
  for (const error of ways(fault(code)))
    expect(wordsOf(sayEnglish, awsError(error))).toContain("set AWS_CA_BUNDLE");
  const authorities = "ca_bundle: /site.pem";
  for (const say of [sayEnglish, sayIn(ja.messages)])
    for (const error of ways(fault(code, { authorities })))
      expect(wordsOf(say, awsError(error))).toContain(authorities);
});

test.each([
  ["SlowDown", 503, /fewer requests/, "リクエストを減らす"],
  ["RequestLimitExceeded", 400, /fewer requests/, "リクエストを減らす"],
  ["TooManyRequests", 429, /fewer requests/, "リクエストを減らす"],
  ["NoSuchUpload", 404, /lifecycle rule .* run the command again/, "ライフサイクルルール"],
  ["InvalidPart", 400, /parts .* run the command again/, "パート"],
  ["InvalidPartOrder", 400, /parts .* run the command again/, "パート"],
  ["InternalError", 500, /try again later/, "後でもう一度"],
  ["ServiceUnavailable", 503, /try again later/, "後でもう一度"],
  ["BadDigest", 400, /other bytes than were sent.* memory/, "メモリー"],
  ["XAmzContentChecksumMismatch", 400, /other bytes than were sent/, "メモリー"],
  ["XAmzContentSHA256Mismatch", 400, /other bytes than were sent/, "メモリー"],
  ["PermanentRedirect", 301, /region .* AWS_ENDPOINT_URL/, "リージョン"],
  ["TemporaryRedirect", 307, /region .* AWS_ENDPOINT_URL/, "リージョン"],
  ["MalformedResponse", 200, /look at the server/, "プロキシ"],
  ["ResponseTooLarge", 200, /look at the server/, "プロキシ"],
  ["NetworkError", 0, /network.* run the command again/, "ネットワーク"],
  ["TimeoutError", 0, /network.* run the command again/, "ネットワーク"],
])("%s (%d) says what to do, before S3's words", (name, status, advice, words) => {
  const error = awsError(new S3Error(name, "x", { status }));
  expect(error.code).toBe("aws");
  expect(wordsOf(sayEnglish, error)).toMatch(advice);
  expect(wordsOf(sayIn(ja.messages), error)).toContain(words);
  for (const say of [sayEnglish, sayIn(ja.messages)])
    expect(wordsOf(say, error)).toMatch(new RegExp(`\\(${name}: x\\)$`));
});
