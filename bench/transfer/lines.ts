import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BenchConfig } from "../config.ts";
import { Endpoint } from "../endpoint.ts";
import { table } from "../report/markdown.ts";
import type { Direction } from "./cell.ts";
import type { Place, Tool } from "./tool.ts";
import { BUCKET, measureOptions } from "./tool-run.ts";
import { makeFiles } from "./workload.ts";

const MiB = 1024 * 1024;

/** Addresses of the line's ends. Source: RFC 2544, addresses for benchmarks. */
const [HERE, THERE] = ["198.18.0.1", "198.18.0.2"];

/** Seconds after which a transfer is ended: what has come by then is its rate. */
const LONGEST = 25;

/** A line each way: bits a second, seconds one way, share of packets that are lost. */
export interface LineCourse {
  rate: number;
  delay: number;
  loss: number;
  /** Bytes of the one file that is carried. */
  size: number;
}

export const LINES: readonly LineCourse[] = [
  { rate: 10e6, delay: 0.05, loss: 0, size: 12 * MiB },
  { rate: 100e6, delay: 0.015, loss: 0.001, size: 128 * MiB },
  { rate: 100e6, delay: 0.05, loss: 0.02, size: 128 * MiB },
  { rate: 1e9, delay: 0.0005, loss: 0, size: 512 * MiB },
  { rate: 1e9, delay: 0.015, loss: 0.001, size: 512 * MiB },
  { rate: 1e9, delay: 0.15, loss: 0.01, size: 512 * MiB },
];

/** As it stands in the table. */
export function lineName({ rate, delay, loss }: Omit<LineCourse, "size">): string {
  const bits = rate >= 1e9 ? `${rate / 1e9} Gbit/s` : `${rate / 1e6} Mbit/s`;
  return `${bits}, ${delay * 2000} ms, ${loss * 100} % lost`;
}

/** A network of its own behind a line, both made for this run. */
class Network {
  readonly #line: ChildProcess;

  private constructor(line: ChildProcess) {
    this.#line = line;
  }

  /** @throws when this user may make no such devices */
  static async open({ venv, checkout }: BenchConfig): Promise<Network> {
    const settings = {
      name: "bench",
      here: [`${HERE}/30`],
      there: [`${THERE}/30`],
      routes: ["default"],
      resolver: null,
      rate: 0,
      delay: 0,
      loss: 0,
      seed: 1,
      down: false,
      most: 65_536,
    };
    const program = join(checkout, "test", "networks", "line.py");
    const line = spawn(join(venv, "bin", "python"), [program, JSON.stringify(settings)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ready = once(createInterface(line.stdout), "line");
    await Promise.race([
      ready,
      once(line, "exit").then(() => {
        throw new Error(
          "no network of its own can be made here: TUN devices and namespaces are needed",
        );
      }),
    ]);
    return new Network(line);
  }

  /** From now on the line is like this. */
  set({ rate, delay, loss }: LineCourse): void {
    this.#line.stdin?.write(`${JSON.stringify({ rate, delay, loss })}\n`);
  }

  /** A command as it runs in that network. */
  inside(command: readonly string[]): [string, string[]] {
    return ["nsenter", ["-m", "-n", "-t", String(this.#line.pid), "--", ...command]];
  }

  async close(): Promise<void> {
    this.#line.stdin?.end();
    if (this.#line.exitCode === null) await once(this.#line, "exit");
  }
}

/** One transfer: MiB a second on the line until it ended, or was ended. */
interface Carried {
  rate: number;
  isWhole: boolean;
}

interface Run {
  config: BenchConfig;
  network: Network;
  endpoint: Endpoint;
  place: Place;
}

async function carry(
  { config, network, endpoint, place }: Run,
  tool: Tool,
  command: string[],
  direction: Direction,
): Promise<Carried> {
  await endpoint.reset(0);
  const [program, args] = network.inside(command);
  const { env } = measureOptions(config, tool, place);
  const began = performance.now();
  const child = spawn(program, args, {
    env,
    cwd: config.data,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => void (said = (said + bytes.toString()).slice(-2000)));
  let isEnded = false;
  const late = setTimeout(() => {
    isEnded = true;
    // Some start other processes.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, LONGEST * 1000);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(late);
  const seconds = (performance.now() - began) / 1000;
  if (!isEnded && code !== 0)
    throw new Error(`${command.join(" ")}: exit code ${String(code)}\n${said}`);
  const { bytesReceived, bytesSent } = await endpoint.counts();
  const bytes = direction === "upload" ? bytesReceived : bytesSent;
  return { rate: bytes / MiB / seconds, isWhole: !isEnded };
}

/**
 * One file over lines that are slow, far, and lossy, by each tool: MiB a second on the line, one run each. The lines are a program
 * (test/networks/line.py), which itself carries some hundred Mbit/s at most.
 *
 * @returns a table in Markdown
 */
export async function measureLines(
  config: BenchConfig,
  tools: readonly Tool[],
  lines: readonly LineCourse[] = LINES,
): Promise<string> {
  const network = await Network.open(config);
  const endpoint = await Endpoint.start(config, { host: HERE });
  const place: Place = {
    url: `http://${HERE}:${endpoint.ports.http}`,
    bucket: BUCKET,
    ca: undefined,
    latencyMs: 0,
  };
  const run: Run = { config, network, endpoint, place };
  const [source, target] = [join(config.data, "source"), join(config.data, "target")];
  const rows: string[][] = [];
  try {
    for (const line of lines) {
      makeFiles({ id: "1 file", files: 1, size: line.size }, source);
      for (const direction of ["upload", "download"] as const) {
        const cells: string[] = [];
        const [sender] = tools;
        if (direction === "download" && sender) {
          network.set({ rate: 0, delay: 0, loss: 0, size: 0 });
          await carry(run, sender, sender.upload(source, direction, place), "upload");
        }
        network.set(line);
        for (const tool of tools) {
          rmSync(target, { recursive: true, force: true });
          mkdirSync(target, { recursive: true });
          const command =
            direction === "upload"
              ? tool.upload(source, tool.name.replaceAll(" ", "-"), place)
              : tool.download(direction, target, place);
          const { rate, isWhole } = await carry(run, tool, command, direction);
          cells.push(`${rate.toFixed(2)}${isWhole ? "" : " *"}`);
          console.log(`${lineName(line)}, ${direction}: ${tool.name} ${cells.at(-1)} MiB/s`);
        }
        await endpoint.clear("");
        rows.push([lineName(line), `${line.size / MiB} MiB ${direction}`, ...cells]);
      }
    }
    const head = ["line", "MiB/s", ...tools.map(({ name }) => name)];
    const congestion = readFileSync("/proc/sys/net/ipv4/tcp_congestion_control", "utf8").trim();
    return `${config.machine}; TCP ${congestion}; *: ended after ${LONGEST} s\n\n${table(head, rows)}`;
  } finally {
    await endpoint.stop();
    await network.close();
  }
}
