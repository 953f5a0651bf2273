import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { notifyConfig } from "../../../functions/setup/config.ts";
// @ts-expect-error: the Serverless Framework's own kind of module
import settings from "../../../resources/settings.cjs";
import { NOTIFY_ENVIRONMENT } from "../../support/lambda.ts";
import { projectText } from "../../support/project-files.ts";
import { selfSigned } from "../../support/self-signed.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const { default: defaults } = parse(projectText("serverless.yml"), { logLevel: "error" }).params;
const settingsOf = (params: Record<string, string>) =>
  settings.settingsOf({ ...defaults, clusterName: "hpc", ...params }, "prod");

const VPC = {
  functionSubnets: "subnet-01234567,subnet-0123456789abcdef0",
  functionSecurityGroups: "sg-01234567",
};

describe("the functions' network", () => {
  test("is Lambda's own, unless there are subnets", () => {
    expect(settingsOf({})).toMatchObject({
      functionVpc: { subnetIds: [], securityGroupIds: [] },
      functionPolicies: [],
      functionCertificates: "",
    });
    expect(settingsOf(VPC)).toMatchObject({
      functionVpc: {
        subnetIds: ["subnet-01234567", "subnet-0123456789abcdef0"],
        securityGroupIds: ["sg-01234567"],
      },
      functionPolicies: [expect.anything()],
    });
  });

  test("certificates are taken from a file, without its key", () => {
    const { cert, key, files } = selfSigned(temporaryFolder());
    writeFileSync(files.cert, `${key}${cert}`);
    expect(settingsOf({ functionCaFile: files.cert }).functionCertificates).toBe(cert);
    writeFileSync(files.cert, cert.repeat(9));
    expect(() => settingsOf({ functionCaFile: files.cert })).toThrow(/more than 3000 bytes/);
    expect(readFileSync(files.key, "utf8")).toBe(key);
  });

  test.each([
    [{ functionSubnets: "subnet-01234567" }, /functionSubnets: give .* together/],
    [{ ...VPC, functionSubnets: "subnet-1" }, /functionSubnets: expected up to 16 ids/],
    [
      { ...VPC, functionSecurityGroups: "sg-01234567,".repeat(6) },
      /functionSecurityGroups: expected/,
    ],
    [{ functionProxy: "http://proxy:3128" }, /functionProxy: needs functionSubnets/],
    [
      { ...VPC, functionProxy: "http://alice:secret@proxy:3128" },
      /functionProxy: expected http.*without/,
    ],
    [{ ...VPC, functionProxy: "http://proxy:3128\nX=1" }, /functionProxy: expected/],
    [{ ...VPC, functionProxyBypass: "a b" }, /functionProxyBypass: expected/],
    [{ functionCaFile: join("/", "missing.pem") }, /functionCaFile: \/missing\.pem: ENOENT/],
    [{ functionCaFile: "package.json" }, /functionCaFile: package\.json: there is no certificate/],
  ])("%j is refused in one line", (params, words) => {
    expect(() => settingsOf(params)).toThrow(words);
    expect(() => settingsOf(params)).not.toThrow(/secret/);
  });
});

describe("the days that jobs are kept", () => {
  test("are none unless some are given", () => {
    expect(settingsOf({})).toMatchObject({ jobsKeptDays: "", keepKind: "all" });
    expect(settingsOf({ keepJobsDays: "30" })).toMatchObject({
      jobsKeptDays: 30,
      keepKind: "some",
    });
  });

  test.each(["0", "-1", "1.5", "many", "", "36501", "None"])("%j is refused", (given) => {
    expect(() => settingsOf({ keepJobsDays: given })).toThrow(
      /keepJobsDays: expected a whole number of days from 1 to 36500, or none/,
    );
  });
});

describe("the share of the account's executions that dispatch has", () => {
  test.each([
    [{}, 50],
    [{ dispatchConcurrency: "5" }, 5],
    // The Framework leaves out what is null: CloudFormation then takes an earlier share away.
    [{ dispatchConcurrency: "none" }, null],
  ])("%j: %s", (params: Record<string, string>, reserved) => {
    expect(settingsOf(params).dispatchReserved).toBe(reserved);
  });

  test.each(["0", "-1", "1.5", "many", "", "10001", "None"])("%j is refused", (given) => {
    // Lambda runs nothing at all with a share of 0.
    expect(() => settingsOf({ dispatchConcurrency: given })).toThrow(
      /dispatchConcurrency: expected a whole number of executions from 1 to 10000, or none/,
    );
  });
});

describe("the addresses that may be told of ends", () => {
  test("are none unless some are given; IAM has them, too", () => {
    expect(settingsOf({})).toMatchObject({ notifyKind: "none", notifyAllowed: "" });
    const set = settingsOf({
      notifyAllowed: "Taro@example.org,@Example.co.jp,taro@example.org",
    });
    expect(set).toMatchObject({
      notifyKind: "some",
      notifyAllowed: "taro@example.org,@example.co.jp",
      notifyEndpoints: ["taro@example.org", "*@example.co.jp"],
    });
    const { NOTIFY_TOPIC, BUCKET } = NOTIFY_ENVIRONMENT;
    const env = { NOTIFY_TOPIC, BUCKET, NOTIFY_ALLOWED: set.notifyAllowed };
    expect(notifyConfig(env).allowed).toEqual(["taro@example.org", "@example.co.jp"]);
  });

  const many = Array.from({ length: 101 }, (_, index) => `t${index}@example.org`);
  test.each([
    "taro",
    "example.org",
    "@example",
    "@*.org",
    "*@example.org",
    "@@example.org",
    "taro@example.org hanako@example.org",
    "taro@example.org,",
    "a@b.c\n",
    many.join(","),
    `${"a".repeat(63)}@${"b".repeat(60)}.org,`.repeat(50).slice(0, -1),
  ])("%j is refused", (given) => {
    expect(() => settingsOf({ notifyAllowed: given })).toThrow(
      /notifyAllowed: expected up to 100 e-mail addresses, or domains/,
    );
  });

  test("a function has no room for many and many certificates", () => {
    const { cert, files } = selfSigned(temporaryFolder());
    writeFileSync(files.cert, cert);
    const given = { functionCaFile: files.cert, notifyAllowed: many.slice(0, 99).join(",") };
    const room = 3000 - cert.length - given.notifyAllowed.length;
    writeFileSync(files.cert, cert.repeat(1 + Math.max(0, Math.ceil(room / cert.length))));
    expect(() => settingsOf(given)).toThrow(/notifyAllowed: more than 3000 characters with/);
    expect(settingsOf({ ...given, notifyAllowed: "@b.c" }).notifyKind).toBe("some");
  });
});
