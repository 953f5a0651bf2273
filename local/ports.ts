import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import getPort, { clearLockedPorts } from "get-port";
import type { LocalConfig, PortName, Ports } from "./config.ts";

const NAMES: readonly PortName[] = ["aws", "ssm", "slurmctld", "slurmd", "s3proxy"];

/** Below the range that systems hand to outgoing connections, so a remembered port stays free. */
const RANGE = { from: 20_000, to: 29_999 };
const HOST = "127.0.0.1";

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
  // Ports locked by an earlier call may be taken again.
  clearLockedPorts();
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
    } else chosen[name] = await getPort({ host: HOST, port: someOf(RANGE) });
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

function isFree(port: number): Promise<boolean> {
  return getPort({ host: HOST, port }).then((free) => free === port);
}

/** Other checkouts look for ports in the same range, perhaps now. */
function someOf({ from, to }: typeof RANGE): number[] {
  return Array.from({ length: 200 }, () => from + Math.floor(Math.random() * (to - from + 1)));
}

function portsFile(config: LocalConfig): string {
  return join(config.home, "ports.json");
}
