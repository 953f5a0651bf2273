import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { S3Settings } from "../../../../bucket/s3/s3-settings.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const given = awsEnvironment();

const endpointOf = async (options = {}) =>
  (await new S3Settings(options).endpoint("eu-west-1")).endpointUrl?.href;

const CONFIG = `[default]
region = eu-west-3
endpoint_url = http://default.example
[profile site]
region = eu-north-1
endpoint_url = http://site.example
aws_access_key_id = AKSITE
aws_secret_access_key = secret
aws_session_token = token
use_fips_endpoint = true
[profile by-service]
services = mine
[services mine]
s3 =
  endpoint_url = http://service.example
`;

test.each([
  ["nothing", {}, undefined],
  ["AWS_ENDPOINT_URL", { AWS_ENDPOINT_URL: "http://all.example" }, "http://all.example/"],
  [
    "AWS_ENDPOINT_URL_S3 before it",
    { AWS_ENDPOINT_URL: "http://all.example", AWS_ENDPOINT_URL_S3: "http://s3.example" },
    "http://s3.example/",
  ],
  [
    "both ignored",
    { AWS_ENDPOINT_URL_S3: "http://s3.example", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    undefined,
  ],
])("the endpoint is taken from the environment: %s", async (_, env, url) => {
  given(env);
  expect(await endpointOf()).toBe(url);
});

test.each([
  ["the default profile", {}, {}, "http://default.example/"],
  ["AWS_PROFILE", { AWS_PROFILE: "site" }, {}, "http://site.example/"],
  ["the profile given", {}, { profile: "site" }, "http://site.example/"],
  ["its services section", {}, { profile: "by-service" }, "http://service.example/"],
  [
    "one given",
    {},
    { profile: "site", endpointUrl: "http://given.example" },
    "http://given.example/",
  ],
])("the endpoint is taken from the configuration: %s", async (_, env, options, url) => {
  given(env, CONFIG);
  expect(await endpointOf(options)).toBe(url);
});

test("the region is the one given, else AWS_REGION, else the profile's, else an error that says so", async () => {
  given({ AWS_REGION: "eu-west-2" }, CONFIG);
  expect(await new S3Settings({ region: "eu-west-1" }).region()).toBe("eu-west-1");
  expect(await new S3Settings({}).region()).toBe("eu-west-2");
  given({}, CONFIG);
  expect(await new S3Settings({}).region()).toBe("eu-west-3");
  expect(await new S3Settings({ profile: "site" }).region()).toBe("eu-north-1");
  given({ AWS_DEFAULT_REGION: "us-west-2" }, CONFIG);
  expect(await new S3Settings({ profile: "site" }).region()).toBe("us-west-2");
  given({ AWS_DEFAULT_PROFILE: "site", AWS_PROFILE: "by-service" }, CONFIG);
  expect(await new S3Settings({}).region()).toBe("eu-north-1");
  given({});
  await expect(new S3Settings({}).region()).rejects.toThrow("Region is missing");
});

test("FIPS is asked for where the profile does", async () => {
  given({}, CONFIG);
  const settings = await new S3Settings({ profile: "site" }).endpoint("us-east-1");
  expect(settings.useFips).toBe(true);
});

test("certificates are those of AWS_CA_BUNDLE, else of ca_bundle, else of SSL_CERT_FILE", async () => {
  const folder = temporaryFolder();
  const { files } = selfSigned(folder);
  const named = async () =>
    (await new S3Settings({ region: "eu-west-1" }).wayToS3("b")).certificates;
  const config = `[default]\nca_bundle = ${files.cert}\n`;
  given({ AWS_CA_BUNDLE: files.cert, SSL_CERT_FILE: files.cert }, config);
  expect(await named()).toBe("AWS_CA_BUNDLE");
  given({ SSL_CERT_FILE: files.cert }, config);
  delete process.env["AWS_CA_BUNDLE"];
  expect(await named()).toBe("ca_bundle");
  given({ SSL_CERT_FILE: files.cert });
  expect(await named()).toBe("SSL_CERT_FILE");
  delete process.env["SSL_CERT_FILE"];
  expect(await named()).toBeUndefined();
  given({ AWS_CA_BUNDLE: "/none.pem" });
  expect(await new S3Settings({}).authorities()).toBe("AWS_CA_BUNDLE: /none.pem");
  await expect(named()).rejects.toMatchObject({ code: "config" });
});

test("what Node.js would leave out of NODE_EXTRA_CA_CERTS is an error, unless another file is used", async () => {
  const folder = temporaryFolder();
  const { files, cert } = selfSigned(folder);
  const none = { AWS_CA_BUNDLE: "", SSL_CERT_FILE: "" };
  const der = join(folder, "cert.der");
  writeFileSync(der, new X509Certificate(cert).raw);
  for (const file of [der, folder, join(folder, "none.pem")]) {
    given({ ...none, NODE_EXTRA_CA_CERTS: file });
    await expect(new S3Settings({}).ca()).rejects.toMatchObject({
      code: "config",
      message: expect.stringContaining(`NODE_EXTRA_CA_CERTS: ${file}`),
    });
    given({ NODE_EXTRA_CA_CERTS: file, AWS_CA_BUNDLE: files.cert });
    expect(await new S3Settings({}).ca()).toBe(cert);
  }
  given({ ...none, NODE_EXTRA_CA_CERTS: files.cert });
  expect(await new S3Settings({}).ca()).toBeUndefined();
});

describe("the s3 section of the profile", () => {
  const ofSection = (lines: string[], env = {}) => {
    given(env, ["[default]", "s3 =", ...lines.map((line) => `  ${line}`)].join("\n"));
    return new S3Settings({}).endpoint("us-east-1");
  };

  test("says how buckets are addressed; without it that is left to the endpoint", async () => {
    expect((await ofSection([])).addressing).toBe("auto");
    for (const style of ["auto", "path", "virtual"])
      expect((await ofSection([`addressing_style = ${style}`])).addressing).toBe(style);
    // The next line that is not indented ends it.
    given({}, "[default]\ns3 =\n\taddressing_style = path\nregion = eu-west-1\n");
    expect((await new S3Settings({}).endpoint("us-east-1")).addressing).toBe("path");
  });

  test.each(["Path", "virtual-host", "0", "dns"])(
    "%s is no style, and the error says what is",
    async (style) => {
      await expect(ofSection([`addressing_style = ${style}`])).rejects.toMatchObject({
        code: "config",
        message: `s3.addressing_style: give auto, path or virtual, not ${JSON.stringify(style)}`,
      });
    },
  );

  test("is that of the profile given", async () => {
    given({}, "[default]\nregion = x\n[profile site]\ns3 =\n  addressing_style = virtual\n");
    expect((await new S3Settings({}).endpoint("us-east-1")).addressing).toBe("auto");
    const { addressing } = await new S3Settings({ profile: "site" }).endpoint("us-east-1");
    expect(addressing).toBe("virtual");
  });

  test.each([
    ["true", true],
    ["TRUE", true],
    ["false", false],
    ["yes", false],
  ])("asks for acceleration and dual stack: %s", async (text, isAsked) => {
    const lines = [`use_accelerate_endpoint = ${text}`, `use_dualstack_endpoint = ${text}`];
    const { accelerate, useDualstack } = await ofSection(lines);
    expect([accelerate, useDualstack]).toEqual([isAsked, isAsked]);
  });

  test("and the environment ask for dual stack each by itself, as for the AWS CLI", async () => {
    const either = await Promise.all(
      [
        ["true", "false"],
        ["false", "true"],
      ].map(async ([section, AWS_USE_DUALSTACK_ENDPOINT]) => {
        const env = { AWS_USE_DUALSTACK_ENDPOINT };
        return (await ofSection([`use_dualstack_endpoint = ${section}`], env)).useDualstack;
      }),
    );
    expect(either).toEqual([true, true]);
  });
});
