import { connect } from "node:net";
import { join } from "node:path";
import type { LocalConfig, Ports } from "../config.ts";
import { daemonService, type Service } from "../service.ts";

/** The log of every request to S3 that the agent and the functions have made. */
export function requestLog(config: LocalConfig): string {
  return join(config.log, "s3-requests.ndjson");
}

/** The proxy through which the agent and the functions talk to S3 when faults are put in. */
export function s3Proxy(config: LocalConfig, ports: Ports): Service {
  const program = join(config.checkout, "dist", "local", "s3-proxy.mjs");
  return daemonService({
    spec: {
      name: "s3-proxy",
      command: process.execPath,
      args: [program],
      env: config.baseEnv,
      cwd: config.home,
      log: join(config.log, "s3-proxy.log"),
    },
    runDir: config.run,
    port: ports.s3proxy,
    files: [program],
    deadline: 10_000,
    ready: () => accepts(ports.s3proxy),
  });
}

/** True once something listens on a port. */
function accepts(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(undefined));
  });
}
