import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { type Spread, spread } from "../statistics.ts";
import { FUNCTIONS, type Functions } from "./functions.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { runAws } from "./old-design.ts";

export interface FunctionResults {
  name: string;
  bundleBytes: number;
  zipBytes: number;
  /** Wall time of a Node.js that loads the bundle and ends. */
  loadMs: Spread;
  memoryMiB: number;
  /** Of warm invocations, as the emulator reports them. */
  billedMs: Spread | undefined;
  invocationsPerJob: number;
  /** Ingested by CloudWatch Logs. */
  logBytesPerJob: number;
}

export interface LambdaResults {
  functions: FunctionResults[];
  /** The S3 and SSM clients alone, bundled in the same way. */
  twoClients: { bundleBytes: number; loadMs: Spread };
  bareNodeMs: Spread;
}

/** When jobs ran one after the other, and how many. */
export interface Period {
  from: number;
  to: number;
  jobs: number;
}

/** Sizes, load times and durations of the functions as they were deployed. */
export function lambda(
  cloud: MeasuredCloud,
  functions: Functions,
  period: Period,
  loads: number,
): LambdaResults {
  const { checkout } = cloud.config;
  const twoClients = join(checkout, "dist", "bench", "two-clients.cjs");
  const env = functions.environment("dispatch");
  const programs = [...FUNCTIONS.map((name) => functions.bundle(name)), twoClients, undefined];
  const took = new Map<string | undefined, number[]>(programs.map((each) => [each, []]));
  // In turns, so that what else the machine does falls on all of them.
  for (let load = 0; load < loads; load++)
    for (const program of programs) took.get(program)?.push(loadMs(env, program));
  const loadOf = (program: string | undefined) => spread(took.get(program) ?? []);
  return {
    functions: FUNCTIONS.map((name) => {
      const bundle = functions.bundle(name);
      const logged = logEvents(cloud, functions.deployedName(name), period);
      const billed = logged.flatMap(billedMs);
      return {
        name,
        bundleBytes: statSync(bundle).size,
        zipBytes: statSync(functions.package(name)).size,
        loadMs: loadOf(bundle),
        memoryMiB: functions.configuration(name).MemorySize,
        billedMs: billed.length > 0 ? spread(billed) : undefined,
        invocationsPerJob: billed.length / period.jobs,
        logBytesPerJob: logged.reduce((sum, line) => sum + ingestedBytes(line), 0) / period.jobs,
      };
    }),
    twoClients: { bundleBytes: statSync(twoClients).size, loadMs: loadOf(twoClients) },
    bareNodeMs: loadOf(undefined),
  };
}

function loadMs(env: Record<string, string>, program: string | undefined): number {
  const load = program === undefined ? "0" : `require(${JSON.stringify(program)})`;
  const began = performance.now();
  execFileSync(process.execPath, ["-e", `${load};process.exit(0)`], { env, stdio: "ignore" });
  return performance.now() - began;
}

/** The lines that a function has logged in a period. */
function logEvents(cloud: MeasuredCloud, name: string, { from, to }: Period): string[] {
  const group = `/aws/lambda/${name}`;
  const answer = runAws(cloud, "logs filter-log-events", {
    "log-group-name": group,
    "start-time": `${Math.floor(from)}`,
    "end-time": `${Math.ceil(to)}`,
  });
  const { events } = JSON.parse(answer) as { events: { message: string; timestamp: number }[] };
  return events
    .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
    .map(({ message }) => message);
}

/** The billed duration, when the line reports one. */
function billedMs(message: string): number[] {
  const found = /REPORT .*Billed Duration: (\d+) ms/.exec(message);
  return found ? [Number(found[1])] : [];
}

/** CloudWatch Logs counts the line and 26 bytes beside it. Source: PutLogEvents, API reference. */
function ingestedBytes(message: string): number {
  return Buffer.byteLength(message) + 26;
}
