import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { S3Settings } from "../../../../bucket/s3/s3-settings.ts";
import { askAwsCli } from "../../../support/ask-aws-cli.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const given = awsEnvironment();

const printing = (key: string) =>
  `echo {\\"Version\\":1,\\"AccessKeyId\\":\\"${key}\\",\\"SecretAccessKey\\":\\"s\\"}`;
const keys = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = s\n`;

const CONFIG = `; a remark
[default]
${keys("AKDEFAULT")}
[profile site]
${keys("AKSITE")}region: eu-west-1
s3 =
    addressing_style = path
[profile "my profile"]
${keys("AKQUOTED")}
[profile 'it is "mine"']
${keys("AKMINE")}
[profile two words]
${keys("AKNEVER")}
[plain]
${keys("AKNEVER")}
[profile both]
${keys("AKCONFIG")}
[profile process]
credential_process = ${printing("AKPROCESS")}
[profile process-and-config]
credential_process = ${printing("AKPROCESS")}
${keys("AKCONFIG")}
[profile process-and-credentials]
credential_process = ${printing("AKPROCESS")}
[profile half]
aws_access_key_id = AKHALF
[profile UPPER]
AWS_ACCESS_KEY_ID = AKUPPER
Aws_Secret_Access_Key = s
[profile nothing]
region = eu-west-1
[profile role-of-nothing]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = nothing
[profile loop]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = loop
[profile role-without-source]
role_arn = arn:aws:iam::123456789012:role/r
[profile role-of-nobody]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = nobody
[profile bad-sso]
sso_account_id = 123456789012
${keys("AKNEVER")}
[profile hash]
aws_access_key_id = AK#HASH
aws_secret_access_key = s ; no remark
`;

const CREDENTIALS = `[both]
${keys("AKCREDENTIALS")}
[process-and-credentials]
${keys("AKCREDENTIALS")}
[only here]
${keys("AKONLY")}
[profile literal]
${keys("AKLITERAL")}
`;

const NAMES =
  `default,site,my profile,it is "mine",two words,plain,both,process,process-and-config,process-and-credentials,half
UPPER,nothing,nobody,role-of-nothing,loop,role-without-source,role-of-nobody,bad-sso,hash,only here,profile literal
profile site`.split(/[,\n]/);

type Case = { env: Record<string, string>; profile: string | null };

/** The access key that we find, null, or that there is an error. */
async function found({ env, profile }: Case) {
  given(env);
  Object.assign(process.env, env);
  const settings = new S3Settings({ profile: profile ?? undefined, region: "eu-west-1" });
  return Promise.resolve(settings.credentials()).then(
    ({ accessKeyId }) => accessKeyId,
    (error: Error) => {
      expect(error).toMatchObject({ name: "CredentialsProviderError" });
      return error.message.includes("there are none") ||
        error.message.endsWith("names no credentials")
        ? null
        : { error: expect.any(String) };
    },
  );
}

function files() {
  const folder = temporaryFolder();
  const [config, credentials] = [join(folder, "config"), join(folder, "credentials")];
  writeFileSync(config, CONFIG);
  writeFileSync(credentials, CREDENTIALS);
  return {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

test("120 environments and profiles: the AWS CLI would use the same keys, or fail as we do, and nothing is warned of", async () => {
  const where = files();
  const warn = jest.spyOn(console, "warn");
  const name = fc.constantFrom(...NAMES);
  const anyCase = fc
    .record({
      AWS_PROFILE: maybe(name),
      AWS_DEFAULT_PROFILE: maybe(name),
      AWS_ACCESS_KEY_ID: maybe(fc.constantFrom("AKENV", "AKENV", "")),
      AWS_SECRET_ACCESS_KEY: maybe(fc.constantFrom("s", "s", "")),
      AWS_SESSION_TOKEN: maybe(fc.constantFrom("t", "")),
      profile: maybe(name),
    })
    .map(({ profile = null, ...set }): Case => {
      const env = Object.fromEntries(Object.entries(set).filter(([, text]) => text !== undefined));
      return { env: { ...where, ...(env as Record<string, string>) }, profile };
    });
  const named = NAMES.map((profile): Case => ({ env: where, profile }));
  const cases = [...named, ...fc.sample(anyCase, 120 - named.length)];
  const theirs = askAwsCli(cases);
  const ours: unknown[] = [];
  for (const one of cases) ours.push(await found(one));
  expect(ours.filter((one) => typeof one === "string").length).toBeGreaterThan(30);
  for (const [at, one] of cases.entries()) expect([one, theirs[at]]).toEqual([one, ours[at]]);
  expect(warn).not.toHaveBeenCalled();
}, 120_000);
