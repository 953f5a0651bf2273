import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { notifyOf } from "../../../protocol/notify.ts";
// @ts-expect-error: the Serverless Framework's own kind of module
import settings from "../../../resources/settings.cjs";
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
  test("are none unless some are given; each has a subscription to what is for it", () => {
    expect(settingsOf({})).toMatchObject({ notifyKind: "none", notifySubscriptions: {} });
    const { notifyKind, notifySubscriptions: all } = settingsOf({
      notifyAllowed: "Taro@example.org,hanako@example.co.jp,taro@example.org",
    });
    const told = Object.values<{ Properties: { Endpoint: string; FilterPolicy: object } }>(all);
    expect(notifyKind).toBe("some");
    expect(
      told.map(({ Properties: { Endpoint, FilterPolicy } }) => [Endpoint, FilterPolicy]),
    ).toEqual(["taro@example.org", "hanako@example.co.jp"].map((one) => [one, { address: [one] }]));
    for (const name of Object.keys(all)) expect(name).toMatch(/^[A-Za-z0-9]{1,255}$/);
    for (const { Properties } of told)
      expect(notifyOf({ notify: Properties.Endpoint })).toBeDefined();
  });

  test.each(["taro", "@example.org", "taro@example.org hanako@example.org", "a@b.c\n"])(
    "%j is refused",
    (given) => {
      expect(() => settingsOf({ notifyAllowed: given })).toThrow(
        /notifyAllowed: expected up to 100 e-mail addresses/,
      );
    },
  );
});
