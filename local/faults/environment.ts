import { join } from "node:path";
import type { LocalConfig, Ports } from "../config.ts";

/** How the proxy knows a function from the agent: the SDK says so in its user agent, as on AWS. */
export const FUNCTION_MARK = "exec-env/AWS_Lambda";

/** Folder of Slurm's commands with faults. */
export function faultyCommands(config: LocalConfig): string {
  return join(config.home, "bin");
}

/** What the agent's environment holds besides when faults are put in. */
export function faultyAgentEnv(config: LocalConfig, ports: Ports): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3proxy}`,
    CLOUD_SUBMIT_SLURM_BIN: faultyCommands(config),
    CLOUD_SUBMIT_RECONCILE_SECONDS: "2",
  };
}

/** What the functions' environment holds besides when faults are put in. */
export function faultyFunctionEnv(ports: Ports): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3proxy}`,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  };
}
