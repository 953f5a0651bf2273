import type { LocalConfig } from "../../local/config.ts";
import { killAll } from "../../local/process/daemon.ts";
import { runTool } from "../../local/process/run-tool.ts";
import type { Service } from "../../local/service.ts";
import { slurmEnv } from "../../local/slurm/slurm.ts";

/** Slurm's controller, to be killed and asked. */
export class Controller {
  readonly #config: LocalConfig;
  readonly #service: Service;
  /** `<job id> <comment>` of every job of ours that was ever seen. */
  readonly seen = new Set<string>();
  /** Jobs of others that it has been given. */
  strangers = 0;
  /** Nodes that were drained and resumed. */
  resumed = 0;

  constructor(config: LocalConfig, service: Service) {
    this.#config = config;
    this.#service = service;
  }

  async stop(): Promise<void> {
    await this.#service.stop();
  }

  async kill(): Promise<void> {
    await killAll(this.#pids(), "slurmctld");
  }

  /** Returns when it answers again. */
  async start(): Promise<void> {
    await this.#service.start();
  }

  /** Stops it from doing anything, with its port open, until `work` is done. */
  async whileFrozen(work: () => Promise<void>): Promise<void> {
    const pids = this.#pids();
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    try {
      await work();
    } finally {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    }
  }

  /** Runs one of Slurm's commands. */
  async command(name: string, ...args: string[]): Promise<string> {
    const done = await runTool(name, args, slurmEnv(this.#config), { timeout: 30_000 });
    if (done.code !== 0) throw new Error(`${name}: ${done.stderr || done.stdout}`);
    return done.stdout;
  }

  /** Submits a job that is none of ours. */
  async submitStranger(): Promise<void> {
    await this.command("sbatch", "--output=/dev/null", "--wrap=exit 3");
    this.strangers += 1;
  }

  /** Notes which jobs there are; Slurm forgets them some minutes after their end. */
  async look(): Promise<void> {
    const lines = await this.command("squeue", "--noheader", "--states=all", "--format=%F %k");
    for (const line of lines.split("\n")) if (line.includes(" cloud-submit:")) this.seen.add(line);
  }

  /**
   * Does what an administrator has to when slurmctld was killed before it had saved that a job runs: it starts the
   * job once more, the node says that it has it already, and Slurm drains the node and holds the job.
   */
  async mend(): Promise<void> {
    const nodes = await this.command("sinfo", "--noheader", "--Node", "--format=%N|%E");
    for (const line of nodes.split("\n")) {
      const [node = "", reason = ""] = line.trim().split("|");
      if (!reason.startsWith("Duplicate jobid")) continue;
      await this.command("scontrol", "update", `nodename=${node}`, "state=resume");
      this.resumed += 1;
    }
    const held = await this.command("squeue", "--noheader", "--states=pending", "--format=%i|%r");
    for (const line of held.split("\n")) {
      const [job = "", reason = ""] = line.trim().split("|");
      if (reason === "launch failed requeued held") await this.command("scontrol", "release", job);
    }
  }

  #pids(): number[] {
    const { pid } = this.#service.status();
    if (pid === undefined) throw new Error("slurmctld is not running");
    return [pid];
  }
}
