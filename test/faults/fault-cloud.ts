import { join } from "node:path";
import { agent } from "../../local/agent.ts";
import { readLocalEnv } from "../../local/cloud.ts";
import type { LocalConfig, Ports } from "../../local/config.ts";
import { CONTROL_PATH } from "../../local/faults/control.ts";
import type { S3Rule } from "../../local/faults/s3-fault.ts";
import { rememberedPorts } from "../../local/ports.ts";
import { slurmctld } from "../../local/slurm/slurm.ts";
import type { SsmRule } from "../../local/ssm/faults.ts";
import { AgentKeeper } from "./agent-keeper.ts";
import { Bucket } from "./bucket.ts";
import { Controller } from "./controller.ts";
import { Functions } from "./functions.ts";
import { JournalWatch } from "./journal-watch.ts";
import { repeat } from "./repeat.ts";
import { sweepOften } from "./sweeper.ts";

/** Milliseconds from one look at Slurm's jobs to the next. */
const LOOK_MS = 3000;

/** Everything of the running local cloud that faults are put into, and what keeps it going. */
export class FaultCloud {
  readonly config: LocalConfig;
  readonly bucket: Bucket;
  readonly functions: Functions;
  readonly keeper: AgentKeeper;
  readonly journal: JournalWatch;
  readonly controller: Controller;
  readonly #ports: Ports;

  constructor(config: LocalConfig) {
    this.config = config;
    const ports = rememberedPorts(config) as Ports;
    this.#ports = ports;
    const env = readLocalEnv(config);
    const endpoint = env.AWS_ENDPOINT_URL ?? "";
    this.bucket = new Bucket(endpoint, config.region, env.BUCKET ?? "");
    this.functions = new Functions(endpoint, config.region);
    this.keeper = new AgentKeeper(agent(config, ports, this.bucket.name));
    this.journal = new JournalWatch(join(config.headNode, "journal"));
    this.controller = new Controller(config, slurmctld(config, ports.slurmctld));
  }

  /** Keeps the agent up, sweeps, and notes Slurm's jobs; what is returned stops all of it. */
  start(): () => Promise<void> {
    const stops = [
      sweepOften(this.functions),
      // slurmctld does not answer while it is killed or frozen: then it is looked at later.
      repeat(LOOK_MS, async () => {
        await this.controller
          .look()
          .then(() => this.controller.mend())
          .catch(() => undefined);
      }),
      this.keeper.start(),
    ];
    return async () => {
      for (const stop of stops) await stop();
      this.journal.close();
    };
  }

  /** Tells the S3 proxy of a rule; what is returned removes it and says how often it struck. */
  async s3Rule(rule: S3Rule): Promise<() => Promise<number>> {
    return putRule(this.#ports.s3proxy, rule);
  }

  /** The same for SSM. */
  async ssmRule(rule: SsmRule): Promise<() => Promise<number>> {
    return putRule(this.#ports.ssm, rule);
  }
}

async function putRule(port: number, rule: S3Rule | SsmRule): Promise<() => Promise<number>> {
  const url = `http://127.0.0.1:${port}${CONTROL_PATH}${encodeURIComponent(rule.id)}`;
  const tell = async (init: RequestInit): Promise<number> => {
    const response = await fetch(url, init);
    if (!response.ok) throw new Error(`${url} gave HTTP ${response.status}`);
    return ((await response.json()) as { hits: number }).hits;
  };
  await tell({ method: "PUT", body: JSON.stringify(rule) });
  return () => tell({ method: "DELETE" });
}
