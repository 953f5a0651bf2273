import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askedFor, countOf, refuse, refuseToSave } from "../asked.ts";
import { benchConfig } from "../config.ts";
import { Endpoint } from "../endpoint.ts";
import { failsRun, type Goal } from "../goal.ts";
import { goalLine } from "../verdict.ts";
import {
  BARE,
  BARE_NODE,
  type Cell,
  type Course,
  type Direction,
  type TransferResults,
  type Transport,
} from "./cell.ts";
import { verdicts } from "./goals.ts";
import { measureLanes } from "./lanes.ts";
import { measureLines } from "./lines.ts";
import { measureMany } from "./many.ts";
import { merged } from "./merged.ts";
import { race } from "./race.ts";
import { measureSparse, SUMS_FROM } from "./sparse.ts";
import { courseName, requestsText, transferTable } from "./table.ts";
import type { Tool } from "./tool.ts";
import { awsCli, awsCrt } from "./tools/aws-cli.ts";
import { bare, bareNode } from "./tools/bare.ts";
import { cloudSubmit } from "./tools/cloud-submit.ts";
import { rclone } from "./tools/rclone.ts";
import { s5cmd } from "./tools/s5cmd.ts";
import { checkFiles, makeFiles, type Workload, workloads } from "./workload.ts";

const asked = askedFor({
  quick: { type: "boolean", default: false },
  rounds: { type: "string" },
  /** Text that the names of courses hold. */
  only: { type: "string" },
  /** Measures the client alone, by its number of lanes, and prints it. */
  lanes: { type: "boolean", default: false },
  /** Compares the tools over slow, far and lossy lines, and prints it. */
  lines: { type: "boolean", default: false },
  /** Carries so many small files in one folder, and prints what it took. */
  many: { type: "string" },
  /** Sends one file of so many bytes, of zeros, and prints what it took. */
  sparse: { type: "string" },
  /** Names of tools, with commas. */
  tools: { type: "string" },
  /** Writes the results for the page; with --only or --tools, what was not measured stays as it was. */
  save: { type: "boolean", default: false },
});

const config = benchConfig();
const rounds = countOf("rounds", asked.rounds) ?? (asked.quick ? 1 : 5);
const many = countOf("many", asked.many);
const sparse = countOf("sparse", asked.sparse);
const { quick, lanes, lines } = asked;
refuseToSave(asked.save, { quick, lanes, lines, many, sparse });
const all = [cloudSubmit, s5cmd, rclone, awsCli, bare, bareNode].map((make) => make(config));
const tools = asked.tools === undefined ? all : asked.tools.split(",").map(toolOf);

function toolOf(named: string): Tool {
  const tool = all.find(({ name }) => name === named.trim());
  if (tool) return tool;
  const names = all.map(({ name }) => `"${name}"`).join(", ");
  return refuse(`--tools: there is no tool "${named.trim()}"; there are ${names}`);
}

/** Those of a workload that are asked for. */
function coursesOf(workload: Workload): Course[] {
  const small = workload.size < 1 << 20;
  const directions: Direction[] = ["upload", "download", ...(small ? ["re-sync" as const] : [])];
  const transports: Transport[] = ["http", "https"];
  const all = directions.flatMap((direction) =>
    transports.flatMap((transport) =>
      // In a quick run, the nearest and the farthest endpoint.
      (asked.quick ? [transport === "http" ? 0 : 30] : [0, 30]).map((latencyMs) => {
        const { id, files, size } = workload;
        return { workload: id, files, size, direction, transport, latencyMs };
      }),
    ),
  );
  return all.filter(
    (course) => asked.only === undefined || courseName(course).includes(asked.only),
  );
}

async function measureAll(endpoint: Endpoint): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const workload of workloads(asked.quick)) {
    const courses = coursesOf(workload);
    if (courses.length === 0) continue;
    const source = join(config.data, "source");
    makeFiles(workload, source);
    const files = checkFiles(source);
    for (const course of courses) {
      const found = await race(course, { config, endpoint, tools, source, files, rounds });
      cells.push(...found);
      show(found);
    }
    await endpoint.clear("");
    rmSync(source, { recursive: true, force: true });
  }
  return cells;
}

function show(cells: readonly Cell[]): void {
  const [first] = cells;
  if (first) console.log(`\n${courseName(first)}`);
  for (const cell of cells) {
    const { tool, wallSeconds, cpuSeconds, peakMemoryBytes, endpointCpuSeconds } = cell;
    console.log(
      [
        `  ${tool.padEnd(13)}`,
        `${wallSeconds.median.toFixed(2).padStart(6)} s (${wallSeconds.min.toFixed(2)}–${wallSeconds.max.toFixed(2)})`.padEnd(
          23,
        ),
        `CPU ${cpuSeconds.median.toFixed(2)} s`,
        `${(peakMemoryBytes.max / 1e6).toFixed(0).padStart(4)} MB`,
        `endpoint CPU ${endpointCpuSeconds.median.toFixed(2)} s`,
        `${cell.connections} connections`,
        requestsText(cell.requests),
      ].join("  "),
    );
  }
}

async function main(): Promise<void> {
  if (workloads(asked.quick).flatMap(coursesOf).length === 0)
    refuse(`--only: no course has "${asked.only}" in its name`);
  mkdirSync(config.data, { recursive: true });
  if (asked.lines) return printLines();
  const sumsFrom = sparse === undefined ? 0 : SUMS_FROM;
  const endpoint = await Endpoint.start(config, { sumsFrom });
  try {
    if (sparse !== undefined) return judge(await measureSparse(config, endpoint, sparse));
    if (many !== undefined) return judge(await measureMany(config, endpoint, many));
    if (asked.lanes) return await printLanes(endpoint);
    const cells = await measureAll(endpoint);
    const own = cells.filter(({ tool }) => tool === "cloud-submit");
    console.log(`\n${transferTable(cells)}\n`);
    for (const cell of own) {
      const course = courseName(cell);
      const peer = cells.find((each) => each.tool === "s5cmd" && courseName(each) === course);
      judge(verdicts(cell, peer), `${course}: `);
    }
    if (asked.save) save(cells);
  } finally {
    await endpoint.stop();
    rmSync(config.data, { recursive: true, force: true });
  }
}

/** Prints goals. Times depend on the machine and what else runs on it, and do not fail the run; counts do. */
function judge(goals: readonly Goal[], what = ""): void {
  for (const goal of goals) {
    console.log(what + goalLine(goal));
    if (failsRun(goal)) process.exitCode = 1;
  }
}

async function printLines(): Promise<void> {
  const isNetworked = ({ name }: Tool) => name !== BARE && name !== BARE_NODE;
  try {
    console.log(await measureLines(config, [...tools.filter(isNetworked), awsCrt(config)]));
  } finally {
    rmSync(config.data, { recursive: true, force: true });
  }
}

async function printLanes(endpoint: Endpoint): Promise<void> {
  const source = join(config.data, "source");
  console.log(await measureLanes({ config, endpoint, source, rounds }, asked.quick));
}

function save(cells: Cell[]): void {
  const folder = join(config.checkout, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "transfer.json");
  const isPart = asked.only !== undefined || asked.tools !== undefined;
  const before = () => JSON.parse(readFileSync(file, "utf8")) as TransferResults;
  const results: TransferResults = {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: config.checkout })
      .toString()
      .trim(),
    machine: config.machine,
    tools: all.map(({ name, version, setting }) => ({ name, version, setting })),
    cells: isPart ? merged(cells, before()) : cells,
  };
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}

await main();
