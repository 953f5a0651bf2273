import { expect, test } from "@jest/globals";
import { agentConfig } from "../../../headnode/config.ts";

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
