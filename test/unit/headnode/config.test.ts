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
