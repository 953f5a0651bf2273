import { mkdir, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import packageJson from "../package.json" with { type: "json" };
import { messageOf } from "../protocol/error.ts";
import { UploadStateFolder } from "../transfer/s3/upload-states.ts";
import { S3 } from "../transfer/s3-store.ts";
import { startAgent } from "./agent.ts";
import { freeShareOf } from "./clean.ts";
import { agentConfig } from "./config.ts";
import { JobObjects } from "./job-objects.ts";
import { writeDurably } from "./journal/durable-file.ts";
import { jsonLog } from "./log.ts";
import { publishOnBus } from "./publisher.ts";
import { slurmCommand } from "./slurm/command.ts";
import { SlurmCommands } from "./slurm/slurm.ts";
import { lockHome } from "./single-agent.ts";

const now = () => new Date();
const log = jsonLog((line) => process.stdout.write(line), now);

async function main(): Promise<void> {
  const config = agentConfig(process.env);
  const { home, bucket, workRoot } = config;
  await mkdir(home, { recursive: true });
  await mkdir(workRoot, { recursive: true, mode: 0o700 });
  const release = await lockHome(home);
  const readyFile = join(home, "agent.json");

  const s3 = new S3({ states: new UploadStateFolder(join(home, "uploads")) });
  const store = s3.store(bucket);
  const agent = await startAgent({
    ports: {
      bucket,
      workRoot,
      home,
      store,
      objects: new JobObjects(store),
      slurm: new SlurmCommands(
        slurmCommand(config.slurmBin, config.slurmEnv),
        String(userInfo().uid),
      ),
      log,
      now,
      sleep: (ms) => sleep(ms),
    },
    publish: publishOnBus(new EventBridgeClient({}), config.eventBus),
    reconcileMs: config.reconcileSeconds * 1000,
    rescanMs: 5000,
    cleaning: {
      keepDays: config.keepDays,
      minFreeShare: config.minFreeShare,
      freeShare: freeShareOf,
    },
  });
  await writeDurably(
    readyFile,
    `${JSON.stringify({ pid: process.pid, version: packageJson.version, startedAt: now() })}\n`,
  );
  log("info", "ready", { version: packageJson.version, home, bucket, workRoot });

  const stop = async () => {
    agent.stop();
    await rm(readyFile, { force: true });
    await release();
    log("info", "stopped");
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());
}

main().catch((error: unknown) => {
  log("error", "the agent cannot start", { error: messageOf(error) });
  process.exit(1);
});
