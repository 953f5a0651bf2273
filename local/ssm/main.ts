import { appendFileSync, mkdirSync } from "node:fs";
import { loadConfig } from "../config.ts";
import { RuleBook } from "../faults/rule-book.ts";
import { rememberedPorts } from "../ports.ts";
import { logLine } from "./command.ts";
import { documentsFile } from "./documents-file.ts";
import type { SsmRule } from "./faults.ts";
import { ssmOperations } from "./operations.ts";
import { Runner } from "./runner.ts";
import { ssmServer } from "./server.ts";
import { StatusEvents } from "./status-events.ts";

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
const runner = new Runner({
  isHeld: (rule) => faults.has(rule.id),
  tmp: config.tmp,
  // What the agent's service gives its scripts, and no more.
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
  changed(command) {
    if (command.endedAt !== undefined) appendFileSync(config.commandLog, logLine(command));
    if (command.rule?.fault === "fail-silently") return;
    events.publish(command).catch((error: unknown) => {
      console.error(`status event of ${command.commandId} not delivered: ${String(error)}`);
    });
  },
});
const operations = ssmOperations({
  documents: documentsFile(config.documents),
  instance: {
    id: config.instanceId,
    tags: {
      "parallelcluster:cluster-name": config.cluster,
      "parallelcluster:node-type": "HeadNode",
    },
  },
  generation: config.agentGeneration,
  runner,
  faults,
});
ssmServer(operations, faults).listen(ports.ssm, "127.0.0.1");
