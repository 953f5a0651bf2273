import { writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { awsSetting } from "../../../../bucket/s3/aws-setting.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";

const given = awsEnvironment();

test("the files are read once for all settings, and again only where others are named", async () => {
  const setting = async (key: string) => (await awsSetting({ key }, undefined))?.text;
  given({}, "[default]\nregion = one\nca_bundle = a\n");
  expect(await setting("region")).toBe("one");
  writeFileSync(process.env["AWS_CONFIG_FILE"] as string, "[default]\nca_bundle = b\n");
  expect(await setting("ca_bundle")).toBe("a");
  given({}, "[default]\nregion = two\n");
  expect(await setting("region")).toBe("two");
});
