import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { checkSettings } from "../protocol/settings.ts";
import { DISTRIBUTION, SLURM_CHOICES, type SlurmFolder, slurmFolder } from "./slurm-choice.mjs";

/** Listeners of the local cloud, all on 127.0.0.1. */
export type PortName = "aws" | "ssm" | "slurmctld" | "slurmd" | "s3proxy";
export type Ports = Record<PortName, number>;

/** How the stand-in treats `interpolationType: ENV_VAR`: as an SSM agent from 3.3.2746.0 on, or before. */
export type AgentGeneration = "current" | "older";

/** Everything about this checkout's local cloud that is known before anything runs. */
export interface LocalConfig {
  readonly checkout: string;
  /** `<checkout>/.local`, or a folder below it: every file the local cloud writes is below it. */
  readonly home: string;
  /** The Python environment, which all local clouds of a checkout share. */
  readonly venv: string;
  readonly log: string;
  readonly run: string;
  readonly tmp: string;
  readonly slurm: string;
  readonly headNode: string;
  readonly work: string;
  readonly envFile: string;
  readonly slurmConf: string;
  /** Which Slurm it runs: `distribution` is the one that is installed. */
  readonly slurmChoice: string;
  /** Where that Slurm is; undefined: where its packages have put it. */
  readonly slurmFolder: SlurmFolder | undefined;
  readonly documents: string;
  readonly commandLog: string;
  readonly region: string;
  readonly stage: string;
  readonly cluster: string;
  readonly instanceId: string;
  readonly host: string;
  readonly user: string;
  readonly ports: Partial<Ports>;
  readonly agentGeneration: AgentGeneration;
  /** CPUs of the node, which has no more of them than this machine: jobs that run at a time, not work that is done. */
  readonly cpus: number;
  /** SendCommands that the stand-in for SSM lets through in a second, in the long run. */
  readonly sendsPerSecond: number;
  /** Decides what the stand-in for SSM leaves to chance; undefined: another one at each start. */
  readonly ssmSeed: number | undefined;
  /** Whether this is the local cloud that faults are put into: beside the usual one, below `.local/faults`. */
  readonly faults: boolean;
  /** Whether the agent and the functions talk to S3 through a proxy that logs every request: with faults, and for benchmarks. */
  readonly proxied: boolean;
  /** Port of an S3 server that stands behind the proxy; undefined: the emulated AWS does. */
  readonly s3Port: number | undefined;
  /** Whether this is the local cloud of benchmarks, below `.local/measured`. */
  readonly measured: boolean;
  /** The few variables every service is started with; nothing else of the caller's environment leaks in. */
  readonly baseEnv: Readonly<Record<string, string>>;
}

const port = z.coerce.number().int().min(1024).max(65535).optional();
const environment = z.object({
  PATH: z.string().default("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
  HOME: z.string().default("/"),
  LANG: z.string().default("C.UTF-8"),
  CLOUD_SUBMIT_LOCAL_AWS_PORT: port,
  CLOUD_SUBMIT_LOCAL_SSM_PORT: port,
  CLOUD_SUBMIT_LOCAL_SLURMCTLD_PORT: port,
  CLOUD_SUBMIT_LOCAL_SLURMD_PORT: port,
  CLOUD_SUBMIT_LOCAL_S3PROXY_PORT: port,
  CLOUD_SUBMIT_LOCAL_OBJECTS_PORT: port,
  CLOUD_SUBMIT_LOCAL_FAULTS: z.enum(["0", "1"]).default("0"),
  CLOUD_SUBMIT_LOCAL_BENCH: z.enum(["0", "1"]).default("0"),
  CLOUD_SUBMIT_LOCAL_CPUS: z.coerce.number().int().min(1).max(1024).default(8),
  CLOUD_SUBMIT_LOCAL_SSM_RATE: z.coerce.number().positive().optional(),
  CLOUD_SUBMIT_LOCAL_SSM_SEED: z.coerce.number().int().min(0).max(0xffffffff).optional(),
  CLOUD_SUBMIT_LOCAL_SLURM: z.enum(SLURM_CHOICES).default(DISTRIBUTION),
  CLOUD_SUBMIT_LOCAL_SSM_AGENT: z.enum(["current", "older"]).default("current"),
});

/** Variables that services read through this file again in their own process, so they are handed on. */
const OVERRIDES = Object.keys(environment.shape).filter((key) => key.startsWith("CLOUD_SUBMIT_"));

/**
 * Reads the environment once and works out every path of this checkout's local cloud.
 * @throws Error naming the variable that has a bad value
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): LocalConfig {
  checkSettings(env);
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${issue?.path.join(".")}: ${issue?.message}; correct or unset it`);
  }
  const checkout = findCheckout(dirname(fileURLToPath(import.meta.url)));
  const shared = join(checkout, ".local");
  const faults = parsed.data.CLOUD_SUBMIT_LOCAL_FAULTS === "1";
  const bench = parsed.data.CLOUD_SUBMIT_LOCAL_BENCH === "1";
  const choice = parsed.data.CLOUD_SUBMIT_LOCAL_SLURM;
  const slurm = choice === DISTRIBUTION ? undefined : slurmFolder(shared, choice);
  // Each Slurm has a cloud of its own: one cannot always read what another has written.
  const own = slurm === undefined ? shared : join(shared, choice);
  const home = faults ? join(own, "faults") : bench ? join(own, "measured") : own;
  const user = userInfo().username;
  const { PATH, HOME, LANG } = parsed.data;
  const handedOn = OVERRIDES.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]]));
  return {
    checkout,
    home,
    venv: join(shared, "venv"),
    log: join(home, "log"),
    run: join(home, "run"),
    tmp: join(home, "tmp"),
    slurm: join(home, "slurm"),
    headNode: join(home, "headnode"),
    work: join(home, "work"),
    envFile: join(home, "env"),
    slurmConf: join(home, "slurm", "slurm.conf"),
    slurmChoice: choice,
    slurmFolder: slurm,
    documents: join(home, "ssm", "documents.json"),
    commandLog: join(home, "log", "ssm-commands.ndjson"),
    region: "us-east-1",
    stage: "local",
    cluster: "local",
    instanceId: "i-00000000000000001",
    host: hostname().split(".")[0] ?? "localhost",
    user,
    ports: {
      ...definedPort("aws", parsed.data.CLOUD_SUBMIT_LOCAL_AWS_PORT),
      ...definedPort("ssm", parsed.data.CLOUD_SUBMIT_LOCAL_SSM_PORT),
      ...definedPort("slurmctld", parsed.data.CLOUD_SUBMIT_LOCAL_SLURMCTLD_PORT),
      ...definedPort("slurmd", parsed.data.CLOUD_SUBMIT_LOCAL_SLURMD_PORT),
      ...definedPort("s3proxy", parsed.data.CLOUD_SUBMIT_LOCAL_S3PROXY_PORT),
    },
    faults,
    proxied: faults || bench,
    s3Port: parsed.data.CLOUD_SUBMIT_LOCAL_OBJECTS_PORT,
    measured: bench,
    agentGeneration: parsed.data.CLOUD_SUBMIT_LOCAL_SSM_AGENT,
    cpus: parsed.data.CLOUD_SUBMIT_LOCAL_CPUS,
    // AWS publishes no rate; a few a second is what people see. The same in benchmarks.
    sendsPerSecond: parsed.data.CLOUD_SUBMIT_LOCAL_SSM_RATE ?? 5,
    ssmSeed: parsed.data.CLOUD_SUBMIT_LOCAL_SSM_SEED,
    // Debian keeps slurmctld, slurmd and munged in /usr/sbin, which ordinary users lack.
    baseEnv: {
      PATH: `${slurm === undefined ? "" : `${slurm.bin}:`}${PATH}:/usr/sbin`,
      HOME,
      LANG,
      USER: user,
      // Node.js 20 does for a machine to try things on; the SDK would say otherwise in every log.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...Object.fromEntries(handedOn),
    },
  };
}

function definedPort(name: PortName, value: number | undefined): Partial<Ports> {
  return value === undefined ? {} : { [name]: value };
}

/** This file runs from `local/` under the tests and from `dist/local/` otherwise. */
function findCheckout(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("no package.json above this file; run from a checkout");
  return findCheckout(parent);
}
