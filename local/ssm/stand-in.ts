import { join } from "node:path";
import { answers } from "../aws/ministack.ts";
import { awsEnv } from "../aws-env.ts";
import type { LocalConfig, Ports } from "../config.ts";
import { daemonService, type Service } from "../service.ts";

/** The stand-in for SSM and its agent: it runs Command documents on this machine. */
export function ssmStandIn(config: LocalConfig, ports: Ports): Service {
  const program = join(config.checkout, "dist", "local", "ssm.mjs");
  return daemonService({
    spec: {
      name: "ssm",
      command: process.execPath,
      args: [program],
      env: { ...config.baseEnv, ...awsEnv(config, ports) },
      cwd: config.home,
      log: join(config.log, "ssm.log"),
    },
    runDir: config.run,
    port: ports.ssm,
    files: [program],
    deadline: 10_000,
    ready: () => answers(`http://127.0.0.1:${ports.ssm}/health`),
  });
}
