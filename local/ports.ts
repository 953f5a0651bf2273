import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { LocalConfig, PortName, Ports } from "./config.ts";

const NAMES: readonly PortName[] = ["aws", "ssm", "slurmctld", "slurmd", "s3proxy"];

/** Below the range that systems hand to outgoing connections, so a remembered port stays free. */
const RANGE = { from: 20_000, to: 29_999 };

/**
 * The ports of this checkout: those asked for in the environment, else those of the last time, else
 * free ones. A remembered port that someone else took meanwhile is replaced; `inUse` says which of
 * them are taken by this checkout's own running parts.
 */
export async function choosePorts(
  config: LocalConfig,
  inUse: (name: PortName, port: number) => boolean,
): Promise<Ports> {
  const remembered = rememberedPorts(config);
  const chosen: Partial<Ports> = {};
  for (const name of NAMES) {
    const wanted = config.ports[name];
    const last = remembered[name];
    if (wanted !== undefined) {
      if (!inUse(name, wanted) && !(await isFree(wanted))) {
        const variable = `CLOUD_SUBMIT_LOCAL_${name.toUpperCase()}_PORT`;
        throw new Error(`${variable}: port ${wanted} is taken; choose another or unset it`);
      }
      chosen[name] = wanted;
    } else if (last !== undefined && (inUse(name, last) || (await isFree(last)))) {
      chosen[name] = last;
    } else chosen[name] = await freePort(new Set(Object.values(chosen)));
  }
  const ports = chosen as Ports;
  writeFileSync(portsFile(config), `${JSON.stringify(ports)}\n`);
  return ports;
}

/** The ports of the last `up`, as far as there was one. */
export function rememberedPorts(config: LocalConfig): Partial<Ports> {
  try {
    return JSON.parse(readFileSync(portsFile(config), "utf8")) as Partial<Ports>;
  } catch {
    return {};
  }
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from + 1));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error("no free port on 127.0.0.1; set CLOUD_SUBMIT_LOCAL_AWS_PORT and the like");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

function portsFile(config: LocalConfig): string {
  return join(config.home, "ports.json");
}
