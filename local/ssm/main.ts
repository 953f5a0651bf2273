import { randomInt } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ENV_VAR_VERSION, headNodeTags } from "../../protocol/ssm-command.ts";
import { loadConfig } from "../config.ts";
import { RuleBook } from "../faults/rule-book.ts";
import { rememberedPorts } from "../ports.ts";
import { Random } from "../random.ts";
import { logLine } from "./command.ts";
import { CpuLoad } from "./cpu-load.ts";
import { Delivery } from "./delivery.ts";
import { documentsFile } from "./documents-file.ts";
import type { SsmRule } from "./faults.ts";
import { ssmOperations } from "./operations.ts";
import { ssmServer } from "./server.ts";
import { StatusEvents } from "./status-events.ts";
import { TokenBucket } from "./token-bucket.ts";

/** CPU time that the real SSM agent takes for a command, beside the script: 55 to 63 ms, measured on 3.3.1142. */
const CPU_MS = 60;

const config = loadConfig();
const ports = rememberedPorts(config);
if (ports.aws === undefined || ports.ssm === undefined) {
  throw new Error("no ports yet; start the local cloud with: npm run local:up");
}
mkdirSync(config.tmp, { recursive: true });

const events = new StatusEvents({
  endpoint: `http://127.0.0.1:${ports.aws}`,
  region: config.region,
  accountId: "000000000000",
});
const faults = new RuleBook<SsmRule>();
// As the SSM agent has it.
process.umask(0o022);
const seed = config.ssmSeed ?? randomInt(2 ** 32);
console.error(`the order of redelivery has the seed ${seed}: CLOUD_SUBMIT_LOCAL_SSM_SEED sets it`);
const delivery = new Delivery({
  random: new Random(seed),
  isHeld: (rule) => faults.has(rule.id),
  folder: join(config.tmp, "ssm", config.instanceId, "document"),
  // Environment of its service, and so of its scripts, and no more: no HOME.
  env: {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "C.UTF-8",
    AWS_SSM_INSTANCE_ID: config.instanceId,
    AWS_SSM_REGION_NAME: config.region,
    AWS_SSM_PLATFORM_NAME: "Ubuntu",
    AWS_SSM_PLATFORM_VERSION: "24.04",
  },
  cpu: new CpuLoad(CPU_MS),
  rebootMs: 5000,
  log: (line) => console.error(line),
  changed(command, status) {
    const isEnd = command.endedAt !== undefined && status === command.status;
    if (isEnd) appendFileSync(config.commandLog, logLine(command));
    if (command.rule?.fault === "fail-silently") return;
    events.publish(command, status).catch((error: unknown) => {
      console.error(`status event of ${command.commandId} not delivered: ${String(error)}`);
    });
  },
});
const operations = ssmOperations({
  documents: documentsFile(config.documents),
  instance: {
    id: config.instanceId,
    tags: headNodeTags(config.cluster),
  },
  generation: config.agentGeneration,
  delivery,
  faults,
  sends: new TokenBucket(config.sendsPerSecond, () => Date.now()),
  agent: {
    version: config.agentGeneration === "current" ? ENV_VAR_VERSION : "3.3.1142.0",
    host: config.host,
  },
});
ssmServer(operations, faults).listen(ports.ssm, "127.0.0.1");
