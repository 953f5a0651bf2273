import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { temporaryFolder } from "./temporary-folder.ts";

/** Sets the environment of the AWS tools, without what the machine has, and a configuration file; puts it back after each test. */
export function awsEnvironment() {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
  return (env: Record<string, string>, config = "") => {
    for (const name of Object.keys(process.env))
      if (name.startsWith("AWS_") && !name.startsWith("AWS_SDK_JS_")) delete process.env[name];
    const file = join(temporaryFolder(), "config");
    writeFileSync(file, config);
    Object.assign(process.env, {
      AWS_CONFIG_FILE: file,
      AWS_SHARED_CREDENTIALS_FILE: `${file}-absent`,
      AWS_EC2_METADATA_DISABLED: "true",
      ...env,
    });
  };
}
