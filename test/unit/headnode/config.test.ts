import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { newMachine } from "../../../bucket/machine.ts";
import { S3 } from "../../../bucket/s3/s3.ts";
import { agentConfig, useRootsAwsSettings } from "../../../headnode/config.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test("Slurm's commands, and with them every job, get nothing of the agent's own environment", () => {
  const env = {
    CLOUD_SUBMIT_BUCKET: "jobs",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: "us-east-1",
    SBATCH_UID: "0",
    SBATCH_WRAP: "x",
    PATH: "/usr/bin",
    HOME: "/home/ubuntu",
  };
  expect(agentConfig(env).slurmEnv).toEqual({ PATH: "/usr/bin", HOME: "/home/ubuntu" });
});

test("names the variable that is missing or wrong, and what was expected", () => {
  expect(() => agentConfig({})).toThrow(/^CLOUD_SUBMIT_BUCKET: /);
  expect(() => agentConfig({ CLOUD_SUBMIT_BUCKET: "jobs", CLOUD_SUBMIT_HOME: "relative" })).toThrow(
    /^CLOUD_SUBMIT_HOME: /,
  );
});

test.each([
  ["CLOUD_SUBMIT_HEARTBEAT_SECONDS", "9", undefined],
  ["CLOUD_SUBMIT_HEARTBEAT_SECONDS", "10", { heartbeatSeconds: 10 }],
  ["CLOUD_SUBMIT_LIVE_SECONDS", "0.1", undefined],
  ["CLOUD_SUBMIT_LIVE_SECONDS", "-1", undefined],
  ["CLOUD_SUBMIT_LIVE_SECONDS", "0", { liveSeconds: 0 }],
  ["CLOUD_SUBMIT_LIVE_SECONDS", "1", { liveSeconds: 1 }],
])("%s=%s has a floor: what is written often costs", (name, value, expected) => {
  const read = () => agentConfig({ CLOUD_SUBMIT_BUCKET: "jobs", [name]: value });
  if (expected) expect(read()).toMatchObject(expected);
  else expect(read).toThrow(new RegExp(`^${name}: `));
});

test.each([
  ["config", "[default]"],
  ["credentials", "[default]"],
])("no program that the job user's ~/.aws/%s names is run", async (file, section) => {
  /** Asks S3 for an object, as a service whose only credentials can be in the home of its user. */
  const ask = async (root: boolean) => {
    const home = temporaryFolder();
    const run = join(home, "was-run");
    mkdirSync(join(home, ".aws"));
    writeFileSync(join(home, ".aws", file), `${section}\ncredential_process = /bin/touch ${run}\n`);
    process.env = { HOME: home, PATH: "/usr/bin:/bin", AWS_REGION: "eu-west-1" };
    process.env["AWS_EC2_METADATA_DISABLED"] = "true";
    if (root) useRootsAwsSettings();
    const store = new S3({ machine: newMachine() }).store("b");
    await expect(store.get("k")).rejects.toMatchObject({ name: "CredentialsProviderError" });
    return existsSync(run);
  };
  expect([await ask(false), await ask(true)]).toEqual([true, false]);
});

test("what root has set for the service stays", () => {
  const env: NodeJS.ProcessEnv = { AWS_CONFIG_FILE: "/etc/aws/config" };
  useRootsAwsSettings(env);
  expect(env).toMatchObject({
    AWS_CONFIG_FILE: "/etc/aws/config",
    AWS_SHARED_CREDENTIALS_FILE: "/etc/cloud-submit/aws/credentials",
  });
});
