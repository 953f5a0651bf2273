import { cpus } from "node:os";
import type { BenchConfig } from "../config.ts";
import type { Endpoint } from "../endpoint.ts";
import { table } from "../report/markdown.ts";
import type { Cell, Course } from "./cell.ts";
import { race } from "./race.ts";
import { courseName } from "./table.ts";
import type { Tool } from "./tool.ts";
import { cloudSubmit } from "./tools/cloud-submit.ts";
import { checkFiles, makeFiles, workloads } from "./workload.ts";

/** Lanes that are measured: threads of the client that carry bytes. */
const LANES = [0, 1, 2, 4, 8];
/** With so many cores, endpoint and client do not hold each other up. */
const CORES_ENOUGH = 16;
const MiB = 1024 * 1024;

/** Cores of the endpoint and of the client, as taskset takes them; undefined: they share all. */
export function apart(cores: number): { endpoint: string; client: string } | undefined {
  if (cores < 2 || cores >= CORES_ENOUGH) return undefined;
  const own = Math.ceil(cores / 2);
  const range = (from: number, to: number) => (from === to ? `${from}` : `${from}-${to}`);
  return { endpoint: range(own, cores - 1), client: range(0, own - 1) };
}

/** The client with so many lanes, on its cores. */
function withLanes(tool: Tool, lanes: number, cores: string | undefined): Tool {
  const command = (words: string[]) => [
    ...(cores === undefined ? [] : ["taskset", "-c", cores]),
    ...words,
    "--lanes",
    String(lanes),
  ];
  return {
    ...tool,
    name: `${lanes} lanes`,
    upload: (...place) => command(tool.upload(...place)),
    download: (...place) => command(tool.download(...place)),
  };
}

/**
 * Speed-up by number of lanes, for files of 1 MiB and more, without latency. Where cores are few, endpoint and client have their
 * own: then no figure tells more than that many cores allow, which the heading says.
 *
 * @returns a table in Markdown
 */
export async function measureLanes(
  options: { config: BenchConfig; endpoint: Endpoint; source: string; rounds: number },
  quick: boolean,
): Promise<string> {
  const { config, endpoint, source } = options;
  const cores = apart(cpus().length);
  if (cores) endpoint.pin(cores.endpoint);
  const tools = LANES.map((lanes) => withLanes(cloudSubmit(config), lanes, cores?.client));
  const rows: string[][] = [];
  for (const workload of workloads(quick).filter(({ size }) => size >= MiB)) {
    makeFiles(workload, source);
    const files = checkFiles(source);
    for (const direction of ["upload", "download"] as const)
      for (const transport of ["http", "https"] as const) {
        const { id } = workload;
        const course: Course = { ...workload, workload: id, direction, transport, latencyMs: 0 };
        rows.push(speedUps(await race(course, { ...options, tools, files })));
      }
    await endpoint.clear("");
  }
  const where = cores
    ? `endpoint on cores ${cores.endpoint}, client on cores ${cores.client}: no more can come of it`
    : "endpoint and client share all cores";
  return `${config.machine}; ${where}\n\n${table(["case", ...tools.map(({ name }) => name)], rows)}`;
}

/** Seconds, and how many times as fast as without lanes. */
export function speedUps(cells: readonly Cell[]): string[] {
  const [first] = cells;
  return [
    first ? courseName(first) : "",
    ...cells.map(({ wallSeconds }) => {
      const times = (first?.wallSeconds.median ?? Number.NaN) / wallSeconds.median;
      return `${wallSeconds.median.toFixed(2)} s (${times.toFixed(2)} ×)`;
    }),
  ];
}
