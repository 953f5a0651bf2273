import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { agent } from "./agent.ts";
import { deploy } from "./aws/deploy.ts";
import { ministack } from "./aws/ministack.ts";
import { awsEnv } from "./aws-env.ts";
import { beginAfresh } from "./begin-afresh.ts";
import { type LocalConfig, loadConfig, type PortName, type Ports } from "./config.ts";
import { readEnvFile, writeEnvFile } from "./env-file.ts";
import { s3Proxy } from "./faults/s3-proxy-service.ts";
import { writeCountedCommands, writeFaultyCommands } from "./faults/slurm-commands.ts";
import { wrapSlurmHook } from "./faults/slurm-hook.ts";
import { prepareHeadNode } from "./head-node.ts";
import { withLock } from "./lock.ts";
import { choosePorts, rememberedPorts } from "./ports.ts";
import { daemonPid } from "./process/daemon.ts";
import type { Service, ServiceStatus } from "./service.ts";
import { munge } from "./slurm/munge.ts";
import { slurmctld, slurmd, writeSlurmConf } from "./slurm/slurm.ts";
import { ssmStandIn } from "./ssm/stand-in.ts";

/** Told of each service as it becomes ready: what happened, and how many milliseconds it took. */
export type Progress = (service: string, what: string, took: number) => void;

const OWNER: Record<PortName, string> = {
  aws: "ministack",
  ssm: "ssm",
  slurmctld: "slurmctld",
  slurmd: "slurmd",
  s3proxy: "s3-proxy",
};

/**
 * Brings the local cloud up: starts what is not running, deploys what has changed, and returns when
 * every service can be used. Safe to call at any time, also from several processes.
 */
export async function up(progress: Progress = () => {}, config = loadConfig()): Promise<void> {
  checkSlurm(config);
  await withLock(config, async () => {
    if (allServices(config).every((service) => service.status().pid === undefined))
      await beginAfresh(config);
    for (const folder of [config.log, config.run, config.tmp, config.slurm]) {
      mkdirSync(folder, { recursive: true });
    }
    const last = rememberedPorts(config);
    const ports = await choosePorts(
      config,
      (name, port) => last[name] === port && daemonPid(OWNER[name], config.run) !== undefined,
    );
    const timed = timedStart(progress);
    await prepareHeadNode(config);
    if (config.faults) {
      await wrapSlurmHook(config);
      await writeFaultyCommands(config);
    }
    if (config.measured) await writeCountedCommands(config);
    const [bucket] = await allSettled([
      timed(ministack(config, ports)).then(() => timedDeploy(config, ports, progress)),
      timed(ssmStandIn(config, ports)),
      startSlurm(config, ports, timed),
    ]);
    if (config.proxied) await timed(s3Proxy(config, ports));
    await timed(agent(config, ports, bucket));
    const env = {
      ...awsEnv(config, ports),
      BUCKET: bucket,
      CLOUD_SUBMIT_BUCKET: bucket,
      SLURM_CONF: config.slurmConf,
    };
    // A user's own settings would lead to the real AWS, or nowhere; the AWS CLI may be nowhere but here.
    writeEnvFile(config.envFile, env, {
      unset: ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"],
      programs: join(config.venv, "bin"),
      programsFirst: config.slurmFolder?.bin,
    });
  });
}

/** @throws Error when another Slurm than the installed one is meant, and was not brought */
function checkSlurm({ slurmChoice, slurmFolder }: LocalConfig): void {
  if (slurmFolder === undefined || existsSync(slurmFolder.stamp)) return;
  throw new Error(
    `Slurm ${slurmChoice} is not there: CLOUD_SUBMIT_LOCAL_SLURM=${slurmChoice} npm run local:up brings it`,
  );
}

/** Ends every service and waits until all are gone; data below `.local/` stays. */
export async function down(progress: Progress = () => {}, config = loadConfig()): Promise<void> {
  await withLock(config, async () => {
    for (const service of allServices(config)) {
      const began = performance.now();
      const running = service.status().pid !== undefined;
      await service.stop();
      if (running) progress(service.name, "stopped", performance.now() - began);
    }
  });
}

/** Every service, running or not. */
export function status(config = loadConfig()): ServiceStatus[] {
  return allServices(config)
    .toReversed()
    .map((service) => service.status());
}

/**
 * The variables that point tools at the running local cloud, as `.local/env` has them.
 * @throws Error when it has never been up
 */
export function readLocalEnv(config = loadConfig()): Record<string, string> {
  return readEnvFile(config.envFile);
}

/** In the order in which they end: a service that uses another goes first. */
function allServices(config: LocalConfig): Service[] {
  const none: Ports = { aws: 0, ssm: 0, slurmctld: 0, slurmd: 0, s3proxy: 0 };
  const ports: Ports = { ...none, ...rememberedPorts(config) };
  return [
    agent(config, ports, ""),
    slurmd(config, ports.slurmd),
    slurmctld(config, ports.slurmctld),
    munge(config),
    ssmStandIn(config, ports),
    ministack(config, ports),
    ...(config.proxied ? [s3Proxy(config, ports)] : []),
  ];
}

type TimedStart = (service: Service) => Promise<void>;

function timedStart(progress: Progress): TimedStart {
  return async (service) => {
    const began = performance.now();
    const started = await service.start();
    progress(service.name, started ? "ready" : "was up", performance.now() - began);
  };
}

async function startSlurm(config: LocalConfig, ports: Ports, timed: TimedStart): Promise<void> {
  await writeSlurmConf(config, ports);
  await timed(munge(config));
  // Neither needs the other to start; the node is ready when the two have met.
  await allSettled([
    timed(slurmctld(config, ports.slurmctld)),
    timed(slurmd(config, ports.slurmd)),
  ]);
}

async function timedDeploy(config: LocalConfig, ports: Ports, progress: Progress): Promise<string> {
  const began = performance.now();
  const { deployment, changed } = await deploy(config, ports);
  progress("stack", changed ? "deployed" : "was deployed", performance.now() - began);
  return deployment.bucket;
}

/** Like Promise.all, but nothing is still being started when it rejects. */
async function allSettled<T extends readonly unknown[]>(
  work: {
    [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
