import { join } from "node:path";
import type { LocalConfig, Ports } from "../config.ts";

/** How the proxy knows a function from the agent: the SDK says so in its user agent, as on AWS. */
export const FUNCTION_MARK = "exec-env/AWS_Lambda";

/** Folder of Slurm's commands with faults, or that are counted. */
export function wrappedCommands(config: LocalConfig): string {
  return join(config.home, "bin");
}

/** Additions to the agent's environment when its requests to S3 are logged. */
export function proxiedAgentEnv(ports: Ports): Record<string, string> {
  return { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3proxy}` };
}

/** Additions to the agent's environment when Slurm's commands are not the real ones alone. */
export function wrappedAgentEnv(config: LocalConfig): Record<string, string> {
  return { CLOUD_SUBMIT_SLURM_BIN: wrappedCommands(config) };
}

/** Additions to the agent's environment when faults are put in. */
export function faultyAgentEnv(): Record<string, string> {
  return { CLOUD_SUBMIT_RECONCILE_SECONDS: "2" };
}

/** Additions to the functions' environment when their requests to S3 are logged. */
export function proxiedFunctionEnv(ports: Ports): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3proxy}`,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  };
}
