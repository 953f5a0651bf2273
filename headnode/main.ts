import { realpathSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { replaceFile } from "../bucket/disk/replace-file.ts";
import { newMachine } from "../bucket/machine.ts";
import { S3 } from "../bucket/s3/s3.ts";
import type { S3Timeouts } from "../bucket/s3/s3-timeouts.ts";
import { UploadStateFolder } from "../bucket/s3/upload-states.ts";
import packageJson from "../package.json" with { type: "json" };
import { messageOf } from "../protocol/error.ts";
import { startAgent } from "./agent.ts";
import { defaultCacheBytes } from "./cache/default-cache-bytes.ts";
import { agentConfig, useRootsAwsSettings } from "./config.ts";
import { publishOnBus } from "./jobs/publisher.ts";
import { jsonLog } from "./log.ts";
import { READY_FILE } from "./ready-file.ts";
import { slurmHealth } from "./slurm/health.ts";
import { launched } from "./slurm/launched.ts";
import { partitions } from "./slurm/partitions.ts";
import { SlurmCommands } from "./slurm/slurm.ts";
import { freeShareOf } from "./upkeep/clean.ts";
import { collectGarbage, keepYoungSpaceSmall } from "./upkeep/memory-at-rest.ts";
import { lockHome } from "./upkeep/single-agent.ts";
import { notifySystemd, Watchdog } from "./upkeep/watchdog.ts";

const now = () => new Date();
/** Milliseconds that a shutdown waits for the last heartbeat, at most. */
const SHUTDOWN_MS = 3_000;
/** 16 MiB: 256 submissions that come on a full disk, and any number of steps of those that are there. */
const JOURNAL_RESERVE = { files: 256, bytes: 64 << 10 };
const SHORT_TIMEOUTS: S3Timeouts = {
  connectionTimeout: 2_000,
  socketTimeout: 5_000,
  requestTimeout: 5_000,
};
/** The journal keeps each change until it is published; it is tried again with each look at Slurm. */
const EVENT_LIMITS = { attempts: 3, attemptMs: 10_000, callMs: 10_000 };
const log = jsonLog((line) => process.stdout.write(line), now);

async function main(): Promise<void> {
  keepYoungSpaceSmall();
  useRootsAwsSettings();
  const config = agentConfig();
  const { home, bucket, workRoot } = config;
  await mkdir(home, { recursive: true });
  await mkdir(workRoot, { recursive: true, mode: 0o700 });
  const release = await lockHome(home);
  const { watchdog: systemd } = config;
  const watchdog =
    systemd &&
    new Watchdog({ home, everyMs: systemd.everyMs, notify: () => notifySystemd(systemd), log });
  const readyFile = join(home, READY_FILE);

  const machine = newMachine();
  const { networkEnv: env } = config;
  const s3 = new S3({ machine, env, states: new UploadStateFolder(join(home, "uploads")) });
  await s3.checkSettings();
  const store = s3.store(bucket);
  // For writes that are worthless when late. A job that has ended may wait for what is on its way.
  const noRetry = new S3({ machine, env, attempts: 1, timeouts: SHORT_TIMEOUTS }).store(bucket);
  const runSlurm = launched({
    program: join(programFolder(), "slurm-launcher.cjs"),
    settings: { bin: config.slurmBin, env: config.slurmEnv, openFiles: config.openFiles },
    log,
  });
  const agent = await startAgent({
    ports: {
      bucket,
      workRoot,
      home,
      store,
      machine,
      slurm: new SlurmCommands(runSlurm, String(userInfo().uid), (ms) => sleep(ms)),
      log,
      now,
      sleep: (ms) => sleep(ms),
      random: Math.random,
    },
    storeOf: (entry) => s3.store(bucket, entry),
    reserve: JOURNAL_RESERVE,
    publish: publishOnBus(new EventBridgeClient(await s3.sdkClient(EVENT_LIMITS)), config.eventBus),
    reconcileMs: config.reconcileSeconds * 1000,
    rescanMs: 5000,
    lookMs: 60_000,
    live:
      config.liveSeconds > 0 ? { store: noRetry, everyMs: config.liveSeconds * 1000 } : undefined,
    boards: { store: noRetry, everyMs: 1000, lookMs: 2000 },
    heartbeat: {
      store: noRetry,
      everyMs: config.heartbeatSeconds * 1000,
      about: {
        version: packageJson.version,
        startedAt: now().toISOString(),
        host: hostname(),
      },
      slurmHealth: slurmHealth(runSlurm),
      partitions: () => partitions(runSlurm),
    },
    cleaning: {
      keepDays: config.keepDays,
      minFreeShare: config.minFreeShare,
      freeShare: freeShareOf,
    },
    cacheBytes: config.cacheBytes ?? (await defaultCacheBytes(workRoot)),
    tidyAfterMs: 10_000,
    collectGarbage,
  });
  const ready = { pid: process.pid, version: packageJson.version, startedAt: now() };
  await replaceFile(readyFile, `${JSON.stringify(ready)}\n`).catch((error: unknown) =>
    // Jobs may have filled the disk; what is to be done does not wait for that.
    log("warn", "agent.json cannot be written", { error: messageOf(error) }),
  );
  log("info", "ready", { version: packageJson.version, home, bucket, workRoot });

  const stop = async () => {
    watchdog?.stop();
    await Promise.race([agent.shutdown(), sleep(SHUTDOWN_MS)]);
    await rm(readyFile, { force: true });
    release();
    log("info", "stopped");
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());
}

/** Where this version is. An update lets the link in the program's path lead to another one while this one runs. */
function programFolder(): string {
  return dirname(realpathSync(process.argv[1] ?? ""));
}

main().catch((error: unknown) => {
  log("error", "the agent cannot start", { error: messageOf(error) });
  process.exit(1);
});
