import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { functionConfig } from "../../../../functions/setup/config.ts";
import { FUNCTION_ENVIRONMENT } from "../../../support/lambda.ts";
import { projectText } from "../../../support/project-files.ts";

const { settingsOf } = createRequire(import.meta.url)("../../../../resources/settings.cjs");
const { params } = parse(projectText("serverless.yml"), { logLevel: "error" });
const deployed = (given: object) =>
  settingsOf({ ...params.default, clusterName: "c", ...given }, "prod");

const KEY = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012";

test.each([
  [{ kmsKey: "alias/jobs" }, /^--param kmsKey: expected the ARN/],
  [{ kmsKey: "arn:aws:kms:us-east-1:111122223333:alias/jobs" }, /^--param kmsKey: /],
  [{ kmsKey: `${KEY} ` }, /^--param kmsKey: /],
  [{ sse: "AES" }, /^--param sse: /],
  [{ kmsKey: KEY, sse: "AES256" }, /^--param sse: give/],
])("an encryption that cannot be is refused: %j", (given, message) => {
  expect(() => deployed(given)).toThrow(message);
});

test.each([
  [{}, undefined, undefined],
  [{ sse: "AES256" }, "AES256", undefined],
  [{ sse: "aws:kms" }, "aws:kms", undefined],
  [{ kmsKey: KEY }, "aws:kms", KEY],
  [{ kmsKey: KEY, sse: "aws:kms:dsse" }, "aws:kms:dsse", KEY],
  [{ existingBucket: "site", kmsKey: KEY.replace("key/", "key/mrk-") }, "aws:kms", /mrk-/],
])("functions encrypt as the stack says: %j", (given, algorithm, key) => {
  const { writtenWith: SSE } = deployed(given);
  const { encryption } = functionConfig({ ...FUNCTION_ENVIRONMENT, SSE });
  expect(encryption?.algorithm).toBe(algorithm);
  if (typeof key === "object") expect(encryption!.key).toMatch(key);
  else expect(encryption?.key).toBe(key);
});

test("functions start with no encryption that they would misread", () => {
  for (const SSE of ["kms", "aws:kms:", "AES256:k"])
    expect(() => functionConfig({ ...FUNCTION_ENVIRONMENT, SSE })).toThrow(/^SSE: give /);
});
