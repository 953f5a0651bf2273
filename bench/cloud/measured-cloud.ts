import { join } from "node:path";
import { down, readLocalEnv, up } from "../../local/cloud.ts";
import { type LocalConfig, loadConfig, type Ports } from "../../local/config.ts";
import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { requestLog } from "../../local/faults/s3-proxy-service.ts";
import { commandCounts } from "../../local/faults/slurm-commands.ts";
import { rememberedPorts } from "../../local/ports.ts";
import { daemonPid } from "../../local/process/daemon.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ProcessUse } from "../process.ts";
import { agentUse } from "./agent-use.ts";
import { LogReader } from "./log-reader.ts";

/** An SSM command as the stand-in logged it when it had ended. */
export interface SsmLogLine {
  documentName: string;
  parameters: Record<string, string[]>;
  requestedAt: string;
  startedAt: string | null;
  endedAt: string;
  status: string;
}

/** CPUs of the local cloud's one node, of which a job takes one. */
export const SLURM_CPUS = 8;

/** Makes a local cloud the one of benchmarks. */
const MEASURED = { CLOUD_SUBMIT_LOCAL_BENCH: "1" };

export interface MeasuredCloudOptions {
  cpus?: number;
  /**
   * Where the objects are; undefined: in the emulated AWS, which sends events of them, and is one Python process that
   * answers some hundred requests a second.
   */
  s3?: Endpoint;
}

/** A line of the proxy's log. */
export const parseS3Line = (line: string) => JSON.parse(line) as S3LogLine;

/** The local cloud of its own that is measured: every request to S3 of both sides goes through a proxy. */
export class MeasuredCloud {
  readonly config: LocalConfig;
  readonly ports: Ports;
  /** Variables that point the AWS tools at it. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  /** Requests to S3, in the order of their answers. */
  readonly s3: LogReader<S3LogLine>;
  /** SSM commands, in the order of their ends. */
  readonly ssm: LogReader<SsmLogLine>;
  /** Job ids that slurmctld has given. */
  readonly sbatches: LogReader<string>;
  /** Names of Slurm's commands that the agent has called, beside sbatch. */
  readonly slurmCommands: LogReader<string>;

  readonly #s3Url: string;

  private constructor(config: LocalConfig, s3: Endpoint | undefined) {
    this.config = config;
    this.ports = rememberedPorts(config) as Ports;
    this.env = readLocalEnv(config);
    this.bucket = this.env["BUCKET"] ?? "";
    this.#s3Url = s3 ? `http://127.0.0.1:${s3.ports.http}` : (this.env["AWS_ENDPOINT_URL"] ?? "");
    this.s3 = new LogReader(requestLog(config), parseS3Line);
    this.ssm = new LogReader(config.commandLog, (line) => JSON.parse(line) as SsmLogLine);
    this.sbatches = new LogReader(
      join(config.log, "slurmctld.log"),
      (line) => /_slurm_rpc_submit_batch_job: JobId=(\d+)/.exec(line)?.[1],
    );
    this.slurmCommands = new LogReader(commandCounts(config), (line) => line);
  }

  /** Brings it up with nothing in it. */
  static async up(
    environment: NodeJS.ProcessEnv,
    { cpus = SLURM_CPUS, s3 }: MeasuredCloudOptions = {},
  ): Promise<MeasuredCloud> {
    const config = loadConfig({
      ...environment,
      ...MEASURED,
      CLOUD_SUBMIT_LOCAL_CPUS: `${cpus}`,
      ...(s3 && { CLOUD_SUBMIT_LOCAL_OBJECTS_PORT: `${s3.ports.http}` }),
    });
    await down(undefined, config);
    await up(undefined, config);
    return new MeasuredCloud(config, s3);
  }

  /** Ends whatever runs of it. */
  private static async down(environment: NodeJS.ProcessEnv): Promise<void> {
    await down(undefined, loadConfig({ ...environment, ...MEASURED }));
  }

  /** Does something that brings such clouds up, after which none runs, also when a signal ends it. */
  static async during(environment: NodeJS.ProcessEnv, task: () => Promise<void>): Promise<void> {
    const end = () => MeasuredCloud.down(environment);
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => void end().finally(() => process.exit(130)));
    try {
      await task();
    } finally {
      await end();
    }
  }

  /** The agent's process. */
  get agentPid(): number {
    const pid = daemonPid("agent", this.config.run);
    if (pid === undefined) throw new Error("the agent is not running");
    return pid;
  }

  /** Resource use of the agent so far, with that of its launchers of Slurm's commands. */
  agentUse(): ProcessUse {
    return agentUse(this.agentPid, join(this.config.log, "agent.log"));
  }

  /** Discards all log entries so far. */
  forget(): void {
    for (const log of [this.s3, this.ssm, this.sbatches, this.slurmCommands]) log.take();
  }

  /** Writes an object as a user does: beside the proxy, and so uncounted. */
  async put(key: string, body: string | Uint8Array, bucket = this.bucket): Promise<void> {
    const answer = await fetch(this.#url(bucket, key), { method: "PUT", body: Buffer.from(body) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`PUT ${key}: ${answer.status}`);
  }

  async get(key: string, bucket = this.bucket): Promise<string> {
    const answer = await fetch(this.#url(bucket, key));
    if (!answer.ok) throw new Error(`GET ${key}: ${answer.status}`);
    return answer.text();
  }

  #url(bucket: string, key: string): string {
    return `${this.#s3Url}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  }
}
