import { mkdirSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { LocalConfig, Ports } from "../config.ts";
import { killAll } from "../process/daemon.ts";
import { allProcesses, commandLine, environmentOf, withDescendants } from "../process/proc.ts";
import { runTool } from "../process/run-tool.ts";
import { daemonService, type Service } from "../service.ts";
import { writeJobCommands } from "./job-commands.ts";
import { mungeSocket } from "./munge.ts";
import { writePowerPrograms } from "./power-programs.ts";
import { checkSlurmPath, slurmConf } from "./slurm-conf.ts";

/** The environment in which Slurm's commands reach this checkout's cluster. */
export function slurmEnv(config: LocalConfig): Record<string, string> {
  return { ...config.baseEnv, SLURM_CONF: config.slurmConf };
}

/** Writes slurm.conf; both daemons and every command read it. */
export async function writeSlurmConf(config: LocalConfig, ports: Ports): Promise<void> {
  checkSlurmPath(config.slurm);
  for (const folder of ["state", "spool"]) {
    mkdirSync(join(config.slurm, folder), { recursive: true });
  }
  const power = await writePowerPrograms(config);
  const conf = slurmConf({
    dir: config.slurm,
    host: config.host,
    user: config.user,
    mungeSocket: mungeSocket(config),
    slurmctldPort: ports.slurmctld,
    slurmdPort: ports.slurmd,
    epilog: join(config.headNode, "hooks", "slurm-ended"),
    taskProlog: await writeJobCommands(config),
    plugins: config.slurmFolder?.plugins,
    ...power,
    cpus: config.cpus,
    memory: Math.floor(totalmem() / 2 ** 20),
  });
  writeFileSync(config.slurmConf, conf);
  // From 23.11 on slurmd wants a cgroup to live in unless told otherwise; before, it knows no "disabled".
  const { stdout } = await runTool("slurmd", ["-V"], config.baseEnv);
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) * 100 + Number(minor) >= 2311) {
    writeFileSync(join(config.slurm, "cgroup.conf"), "CgroupPlugin=disabled\n");
  }
}

/** Slurm's controller. */
export function slurmctld(config: LocalConfig, port: number): Service {
  const env = slurmEnv(config);
  return daemonService({
    spec: {
      name: "slurmctld",
      command: "slurmctld",
      args: ["-D", "-f", config.slurmConf],
      env,
      cwd: config.slurm,
      log: join(config.log, "slurmctld.log"),
    },
    runDir: config.run,
    port,
    files: [config.slurmConf],
    deadline: 20_000,
    grace: 10_000,
    async ready() {
      return (await runTool("scontrol", ["ping"], env)).code === 0 || undefined;
    },
  });
}

/** slurmd looks for slurmstepd where it was built to be. */
function ownStepd({ slurmFolder }: LocalConfig): string[] {
  return slurmFolder === undefined ? [] : ["-d", join(slurmFolder.bin, "slurmstepd")];
}

/**
 * The states in which a node takes jobs or runs them. `plnd`: it is kept for a job that waits for more nodes. A
 * sign behind the state, such as `*` for a node that does not answer, makes it another one. Source: sinfo(1).
 */
const UP_STATES = /^(idle|mix|alloc|comp|plnd|resv)$/;

/** Whether a node is up, by its state as sinfo's `%t` names it. */
export function isUp(state: string): boolean {
  return UP_STATES.test(state);
}

/** The one compute node. */
export function slurmd(config: LocalConfig, port: number): Service {
  const env = slurmEnv(config);
  const service = daemonService({
    spec: {
      name: "slurmd",
      command: "slurmd",
      args: ["-D", "-f", config.slurmConf, ...ownStepd(config)],
      env,
      cwd: config.slurm,
      log: join(config.log, "slurmd.log"),
    },
    runDir: config.run,
    port,
    files: [config.slurmConf],
    deadline: 20_000,
    async ready() {
      const args = ["--noheader", "--partition=local", "--format=%t"];
      const { stdout } = await runTool("sinfo", args, env);
      return isUp(stdout.trim()) || undefined;
    },
  });
  return {
    ...service,
    async stop() {
      await service.stop();
      // A job's slurmstepd is a session of its own and outlives slurmd, by design.
      const steps = allProcesses()
        .filter(({ pid }) => commandLine(pid).startsWith("slurmstepd"))
        .filter(({ pid }) => environmentOf(pid)["SLURM_CONF"] === config.slurmConf);
      await killAll(withDescendants(steps.map(({ pid }) => pid)), "jobs left on the node");
    },
  };
}
