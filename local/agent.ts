import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsEnv } from "./aws-env.ts";
import type { LocalConfig, Ports } from "./config.ts";
import { daemonPart, type Part } from "./part.ts";
import { slurmEnv } from "./slurm/slurm.ts";

/** The project's own agent, started as its systemd unit would. A start replaces an outdated one. */
export function agent(config: LocalConfig, ports: Ports, bucket: string): Part {
  const program = join(config.checkout, "dist", "agent.cjs");
  const env = {
    ...slurmEnv(config),
    ...awsEnv(config, ports),
    CLOUD_SUBMIT_BUCKET: bucket,
    CLOUD_SUBMIT_HOME: config.headNode,
    CLOUD_SUBMIT_WORK: config.work,
  };
  const stamp = join(config.run, "agent.version");
  const version = () =>
    createHash("sha256").update(readFileSync(program)).update(JSON.stringify(env)).digest("hex");
  const part = daemonPart({
    spec: {
      name: "agent",
      command: process.execPath,
      args: [program],
      env,
      cwd: config.work,
      log: join(config.log, "agent.log"),
    },
    runDir: config.run,
    deadline: 20_000,
    grace: 10_000,
    prepare: () => writeFileSync(stamp, version()),
    ready: (pid) => readPid(join(config.headNode, "agent.json")) === pid || undefined,
  });
  return {
    ...part,
    async start() {
      if (readText(stamp) !== version()) await part.stop();
      return part.start();
    },
  };
}

/** The agent writes its pid when it is ready, and removes the file when it ends cleanly. */
function readPid(file: string): number | undefined {
  try {
    return (JSON.parse(readText(file)) as { pid?: number }).pid;
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
