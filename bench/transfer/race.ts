import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchConfig } from "../config.ts";
import type { CheckedObject, Counts, Endpoint } from "../endpoint.ts";
import { inTurn } from "../in-turn.ts";
import { type Measured, measure } from "../measure.ts";
import { spread } from "../statistics.ts";
import type { Cell, Course } from "./cell.ts";
import type { Place, Tool } from "./tool.ts";
import { BUCKET, measureOptions } from "./tool-run.ts";
import { checkFiles, compare } from "./workload.ts";

interface Run extends Measured {
  counts: Counts;
}

export interface RaceOptions {
  config: BenchConfig;
  endpoint: Endpoint;
  tools: readonly Tool[];
  /** Holds the workload's files. */
  source: string;
  /** Their sizes and checksums, by path. */
  files: Readonly<Record<string, CheckedObject>>;
  rounds: number;
}

/**
 * Lets every tool run a course, in turns, each time in another order. A first run of each is not counted:
 * it warms caches, and what it has carried is compared byte for byte.
 */
export async function race(course: Course, options: RaceOptions): Promise<Cell[]> {
  const { rounds } = options;
  const tools = options.tools.filter(
    (tool) => course.direction !== "re-sync" || tool.resync !== undefined,
  );
  const runs = new Map<Tool, Run[]>(tools.map((tool) => [tool, []]));
  for (const tool of tools) await run(course, tool, options, true);
  for (let round = 0; round < rounds; round++) {
    for (const tool of inTurn(tools, round))
      runs.get(tool)?.push(await run(course, tool, options, false));
  }
  return [...runs].map(([tool, done]) => cell(course, tool, done));
}

async function run(
  course: Course,
  tool: Tool,
  { config, endpoint, source, files }: RaceOptions,
  check: boolean,
): Promise<Run> {
  const { transport, latencyMs, direction } = course;
  const place: Place = {
    url: `${transport}://127.0.0.1:${endpoint.ports[transport]}`,
    bucket: BUCKET,
    ca: transport === "https" ? endpoint.ca : undefined,
    latencyMs,
  };
  const options = measureOptions(config, tool, place);
  const what = `${tool.name}, ${direction} of ${course.workload}`;
  const target = join(config.data, "fetched");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  await endpoint.reset(0);
  // Each tool finds what it has sent itself; what is fetched was sent by the first, for all.
  const prefix = direction === "re-sync" ? `re-sync-${tool.name.replace(/\W/g, "-")}` : direction;
  if (direction === "upload") await endpoint.clear(`${BUCKET}/${prefix}/`);
  else if (check && !(await isThere(endpoint, prefix))) {
    await measure(tool.upload(source, prefix, place), options);
  }
  const command = {
    upload: () => tool.upload(source, prefix, place),
    "re-sync": () => tool.resync?.(source, prefix, place),
    download: () => tool.download(prefix, target, place),
  }[direction]();
  if (command === undefined) throw new Error(`${what}: it has no such command`);
  await endpoint.reset(latencyMs);
  const measured = await measure(command, options);
  const counts = await endpoint.counts();
  await endpoint.reset(0);
  const errors = Object.keys(counts.statuses).filter((status) => Number(status) >= 500);
  if (errors.length > 0) throw new Error(`${what}: the endpoint answered ${errors.join(", ")}`);
  if (check) {
    if (direction === "download") compare(what, files, checkFiles(target));
    else compare(what, files, await sent(endpoint, prefix));
  }
  rmSync(target, { recursive: true, force: true });
  return { ...measured, counts };
}

async function isThere(endpoint: Endpoint, prefix: string): Promise<boolean> {
  return Object.keys(await endpoint.objects(`${BUCKET}/${prefix}/`)).length > 0;
}

/** Objects under a prefix, by path. */
async function sent(endpoint: Endpoint, prefix: string): Promise<Record<string, CheckedObject>> {
  const root = `${BUCKET}/${prefix}/`;
  const objects = await endpoint.objects(root);
  return Object.fromEntries(
    Object.entries(objects).map(([name, object]) => [name.slice(root.length), object]),
  );
}

function cell(course: Course, { name }: Tool, runs: readonly Run[]): Cell {
  const last = runs.at(-1)?.counts;
  return {
    ...course,
    tool: name,
    wallSeconds: spread(runs.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryBytes: spread(runs.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    requests: last?.operations ?? {},
    connections: last?.connections ?? 0,
    endpointCpuSeconds: spread(runs.map(({ counts }) => counts.cpuSeconds)),
  };
}
