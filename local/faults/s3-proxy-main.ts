import { appendFileSync } from "node:fs";
import { loadConfig } from "../config.ts";
import { rememberedPorts } from "../ports.ts";
import { daemonPid, killAll } from "../process/daemon.ts";
import { s3Proxy } from "./s3-proxy.ts";
import { requestLog } from "./s3-proxy-service.ts";

const config = loadConfig();
const ports = rememberedPorts(config);
if (ports.aws === undefined || ports.s3proxy === undefined) {
  throw new Error("no ports yet; start the local cloud with: npm run local:up");
}
const log = requestLog(config);

s3Proxy({
  target: config.s3Port ?? ports.aws,
  async killAgent() {
    const pid = daemonPid("agent", config.run);
    if (pid !== undefined) await killAll([pid], "the agent");
  },
  log: (line) => appendFileSync(log, `${JSON.stringify(line)}\n`),
}).listen(ports.s3proxy, "127.0.0.1");
