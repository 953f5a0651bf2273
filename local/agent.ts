import { readFileSync } from "node:fs";
import { join } from "node:path";
import { READY_FILE } from "../headnode/ready-file.ts";
import { awsEnv } from "./aws-env.ts";
import type { LocalConfig, Ports } from "./config.ts";
import { faultyAgentEnv, proxiedAgentEnv, wrappedAgentEnv } from "./faults/environment.ts";
import { daemonService, type Service } from "./service.ts";
import { slurmEnv } from "./slurm/slurm.ts";

/** The project's own agent, started as its systemd unit would; a new build replaces a running one. */
export function agent(config: LocalConfig, ports: Ports, bucket: string): Service {
  const program = join(config.checkout, "dist", "agent.cjs");
  return daemonService({
    spec: {
      name: "agent",
      command: process.execPath,
      args: [program],
      env: {
        ...slurmEnv(config),
        ...awsEnv(config, ports),
        CLOUD_SUBMIT_BUCKET: bucket,
        CLOUD_SUBMIT_HOME: config.headNode,
        CLOUD_SUBMIT_WORK: config.work,
        // Jobs of tests are short; what is measured is what sites have.
        ...(!config.measured && {
          CLOUD_SUBMIT_LIVE_SECONDS: "1",
          CLOUD_SUBMIT_HEARTBEAT_SECONDS: "10",
        }),
        ...(config.proxied && { ...proxiedAgentEnv(ports), ...wrappedAgentEnv(config) }),
        ...(config.faults && faultyAgentEnv()),
      },
      cwd: config.work,
      log: join(config.log, "agent.log"),
    },
    runDir: config.run,
    files: [program, join(config.checkout, "dist", "slurm-launcher.cjs")],
    deadline: 20_000,
    grace: 10_000,
    ready: (pid) => readPid(join(config.headNode, READY_FILE)) === pid || undefined,
  });
}

/** The agent writes its pid when it is ready, and removes the file when it ends cleanly. */
function readPid(file: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { pid?: number }).pid;
  } catch {
    return undefined;
  }
}
