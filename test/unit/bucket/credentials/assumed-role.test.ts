import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type S3Options, S3Settings } from "../../../../bucket/s3/s3-settings.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { StsServer } from "../../../support/sts-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const given = awsEnvironment();
const ROLE = "arn:aws:iam::123456789012:role/r";
const SERIAL = "arn:aws:iam::123456789012:mfa/me";

let sts: StsServer;
let url: string;
/** Of each test its own: what somebody was asked for is remembered for the run. */
let number = 0;
beforeEach(async () => {
  number += 1;
  sts = new StsServer();
  url = await sts.start();
});
afterEach(() => sts.stop());

/** Settings with a profile `role`, with these further lines. */
function settings(lines: string[], options: S3Options = {}, env: Record<string, string> = {}) {
  const config = `[profile base]
aws_access_key_id = AKBASE
aws_secret_access_key = s
[profile role]
role_arn = ${ROLE}${number}
source_profile = base
${lines.join("\n")}
[profile over]
role_arn = ${ROLE}-over
source_profile = role
`;
  given({ AWS_ENDPOINT_URL_STS: url, AWS_MAX_ATTEMPTS: "1", ...env }, config);
  return new S3Settings({ region: "eu-west-1", profile: "role", ...options });
}

test("a role is taken with the keys of its source, and what the profile says of the session", async () => {
  const lines = ["external_id = abc", "duration_seconds = 900", "role_session_name = me"];
  expect(await settings(lines).credentials()).toMatchObject({
    accessKeyId: "ASIA1",
    sessionToken: "t1",
    expiration: expect.any(Date),
  });
  expect(sts.asked).toMatchObject([
    {
      Action: "AssumeRole",
      RoleArn: `${ROLE}${number}`,
      ExternalId: "abc",
      DurationSeconds: "900",
      RoleSessionName: "me",
    },
  ]);
});

test("a role is taken with another one", async () => {
  await settings([], { profile: "over" }).credentials();
  expect(sts.asked.map(({ RoleArn }) => RoleArn)).toEqual([`${ROLE}${number}`, `${ROLE}-over`]);
});

test("the code of a device is asked for once in a run, also by those who need it at the same time", async () => {
  sts.codes.add("123456");
  const asked: object[] = [];
  const askForCode: S3Options["askForCode"] = async (about) => {
    asked.push(about);
    return " 123456\n";
  };
  const lines = [`mfa_serial = ${SERIAL}`];
  const first = settings(lines, { askForCode });
  await Promise.all([first.credentials(), first.credentials()]);
  // Another client of the same run, and one whose first request was refused.
  await settings(lines, { askForCode }).credentials();
  await first.credentials(true);
  expect(asked).toEqual([{ profile: "role", serial: SERIAL }]);
  expect(sts.asked).toMatchObject([{ SerialNumber: SERIAL, TokenCode: "123456" }]);
});

test("it is asked for again when the session is about to end", async () => {
  sts.seconds = 120;
  const codes = ["111111", "222222"];
  for (const code of codes) sts.codes.add(code);
  const askForCode = async () => codes.shift();
  const lines = [`mfa_serial = ${SERIAL}`];
  await settings(lines, { askForCode }).credentials();
  await settings(lines, { askForCode }).credentials();
  expect(sts.asked.map(({ TokenCode }) => TokenCode)).toEqual(["111111", "222222"]);
});

test.each([
  ["nobody is there", undefined, /^profile "role": the code of the MFA device .*no terminal/],
  ["the answer is empty", "", /^profile "role": .*it has six digits$/],
  ["the code is wrong", "654321", /^profile "role": AssumeRole of .*AccessDenied: Multi/],
])("when %s, the error names the profile", async (_, code, message) => {
  const askForCode = async () => code;
  await expect(
    settings([`mfa_serial = ${SERIAL}`], { askForCode }).credentials(),
  ).rejects.toMatchObject({
    name: "CredentialsProviderError",
    message: expect.stringMatching(message),
  });
});

test("without anybody to ask, the source's keys are not sent anywhere", async () => {
  await expect(settings([`mfa_serial = ${SERIAL}`]).credentials()).rejects.toThrow(/no terminal/);
  expect(sts.asked).toEqual([]);
});

test("a web identity of the environment goes before the keys of a profile, and after its role", async () => {
  const file = join(temporaryFolder(), "token");
  writeFileSync(file, "the-token");
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: `${ROLE}-web` };
  const ofProfile = (profile: string) =>
    settings([], { profile: undefined }, { ...env, AWS_PROFILE: profile }).credentials();
  await ofProfile("base");
  await ofProfile("role");
  expect(sts.asked.map(({ Action }) => Action)).toEqual([
    "AssumeRoleWithWebIdentity",
    "AssumeRole",
  ]);
  expect(sts.asked[0]).toMatchObject({ WebIdentityToken: "the-token", RoleArn: `${ROLE}-web` });
});

test("what STS says is told with the profile; where it cannot be reached, why", async () => {
  await sts.stop();
  await expect(settings([]).credentials()).rejects.toThrow(
    /^profile "role": AssumeRole of \S+: .*ECONNREFUSED/,
  );
  url = await sts.start();
});

test("a token file that is not there is named", async () => {
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: "/none/token", AWS_ROLE_ARN: ROLE };
  await expect(settings([], { profile: undefined }, env).credentials()).rejects.toThrow(
    /^the environment: web_identity_token_file: .*\/none\/token/,
  );
});
