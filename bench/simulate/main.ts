import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askedFor, countOf } from "../asked.ts";
import { benchConfig } from "../config.ts";
import { failsRun } from "../goal.ts";
import { goalLine } from "../verdict.ts";
import { simulatedGoals } from "./goals.ts";
import { QUOTAS, type Values, values } from "./quotas.ts";
import { type SimulatedRun, type SimulateResults, summary } from "./results.ts";
import { type DesignName, type Simulation, simulate } from "./simulate.ts";

const asked = askedFor({
  seed: { type: "string", default: "1" },
  /** Writes the results for the page. */
  save: { type: "boolean", default: false },
});
const seed = countOf("seed", asked.seed, 0);
/** Runs of each case, with different seeds, of which the one counts that took longest. */
const SEEDS = 5;
/** Of more jobs, one run: so many even chance out. */
const ONE_SEED = 50_000;

interface Case {
  design: DesignName;
  jobs: number;
  what?: string;
  replaced?: Partial<Values>;
  isLost?: Simulation["isLost"];
}

const SIZES = [500, 5000, 50_000];
/** With these, the design as it is meets what SSM and Lambda may do. */
const VARIED = 5000;
const CASES: Case[] = [
  ...SIZES.flatMap((jobs): Case[] => [
    { design: "command-each", jobs },
    { design: "doorbell", jobs },
  ]),
  ...[1, 20].map(
    (rate): Case => ({
      design: "doorbell",
      jobs: VARIED,
      what: `${rate} SendCommand a second`,
      replaced: { sendsPerSecond: rate },
    }),
  ),
  { design: "doorbell", jobs: VARIED, what: "every SSM command is lost", isLost: () => true },
  {
    design: "doorbell",
    jobs: VARIED,
    what: "10 dispatch functions at a time",
    replaced: { dispatchConcurrency: 10 },
  },
];

async function main(): Promise<void> {
  const { checkout, home } = benchConfig();
  const runs: SimulatedRun[] = [];
  for (const { design, jobs, what = "", replaced = {}, isLost = () => false } of CASES) {
    const all: SimulatedRun[] = [];
    for (let at = 0; at < (jobs >= ONE_SEED ? 1 : SEEDS); at++) {
      const of = { design, jobs, seed: seed + at, isLost, values: values(replaced) };
      all.push(summary(await simulate(of), { design, jobs, what }));
    }
    const run = all.reduce((worst, each) => (each.taken.last > worst.taken.last ? each : worst));
    runs.push(run);
    console.log(
      `${design}, ${jobs} jobs${what && `, ${what}`}: half taken after ${run.taken.p50.toFixed(1)} s, the last after ${run.taken.last.toFixed(1)} s, another's after ${run.other.taken.toFixed(1)} s; ` +
        `${run.commands} SSM commands, ${run.commandsRefused} calls refused; ${run.listed} pages listed`,
    );
  }
  const git = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: checkout });
  const results: SimulateResults = {
    commit: git.toString().trim(),
    seed,
    quotas: Object.values(QUOTAS),
    runs,
  };
  const folder = asked.save ? join(checkout, "bench", "results") : home;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "simulate.json"), `${JSON.stringify(results)}\n`);
  for (const goal of simulatedGoals(results)) {
    console.log(goalLine(goal));
    if (failsRun(goal)) process.exitCode = 1;
  }
}

await main();
