import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchConfig } from "../config.ts";
import type { Endpoint } from "../endpoint.ts";
import { atMost, type Goal, isMissed, unlessJudged } from "../goal.ts";
import { type Measured, measure } from "../measure.ts";
import { totalOf } from "./goals.ts";
import { requestsText } from "./table.ts";
import type { Place, Tool } from "./tool.ts";
import { BUCKET, measureOptions } from "./tool-run.ts";
import { cloudSubmit } from "./tools/cloud-submit.ts";
import { s5cmd } from "./tools/s5cmd.ts";

/** Files are of 0 to so many bytes. */
const SIZE_MAX = 16;
const KEYS_ON_A_PAGE = 1000;
const MEMORY_MB = 200;
/** Seconds of a listing as a multiple of s5cmd's, at most. */
const LISTING = 1.3;
const PREFIX = "many";
/** Files that the goals for memory and time are for: fewer take less. */
const MANY = 1_000_000;

/** Makes files that differ, all in one folder. */
export function makeMany(files: number, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let file = 0; file < files; file++) {
    const text = `${file}`.padEnd(SIZE_MAX, ".");
    writeFileSync(join(folder, `file-${file}.txt`), text.slice(0, file % (SIZE_MAX + 1)));
  }
}

/** One step of the course, as it went. */
export interface Step extends Measured {
  name: string;
  requests: Record<string, number>;
}

/**
 * Up, again unchanged, a listing of all keys, s5cmd's listing, down, and again unchanged: so many small files in one folder, one
 * run each. Prints each step as it is done.
 *
 * @returns the goals for requests, memory and the listing
 */
export async function measureMany(
  config: BenchConfig,
  endpoint: Endpoint,
  files: number,
): Promise<Goal[]> {
  const place: Place = {
    url: `http://127.0.0.1:${endpoint.ports.http}`,
    bucket: BUCKET,
    ca: undefined,
    latencyMs: 0,
  };
  const [own, peer] = [cloudSubmit(config), s5cmd(config)];
  const step = async (name: string, tool: Tool, command: string[]): Promise<Step> => {
    await endpoint.reset(0);
    const measured = await measure(command, measureOptions(config, tool, place));
    const { operations } = await endpoint.counts();
    const { wallSeconds, cpuSeconds, peakMemoryBytes } = measured;
    console.log(
      `${name}: ${wallSeconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, ${(peakMemoryBytes / 1e6).toFixed(0)} MB, ${requestsText(operations)}`,
    );
    return { name, ...measured, requests: operations };
  };
  const [source, target] = [join(config.data, "many"), join(config.data, "fetched")];
  makeMany(files, source);
  const up = await step("up", own, own.upload(source, PREFIX, place));
  const again = await step("unchanged", own, own.upload(source, PREFIX, place));
  const list = await step("listing", own, own.list(PREFIX));
  const other = await step("listing by s5cmd", peer, peer.list(PREFIX, place));
  rmSync(source, { recursive: true, force: true });
  mkdirSync(target);
  const down = await step("down", own, own.download(PREFIX, target, place));
  const arrived = readdirSync(target).length;
  if (arrived !== files) throw new Error(`${arrived} files have come, not ${files}`);
  const downAgain = await step("down, unchanged", own, own.download(PREFIX, target, place));
  return manyGoals(files, { up, again, list, other, down, downAgain });
}

/** The goals for so many files, by what each step took. A goal for more files is not reached with fewer, but can be missed. */
export function manyGoals(
  files: number,
  steps: Readonly<Record<"up" | "again" | "list" | "other" | "down" | "downAgain", Step>>,
): Goal[] {
  const { up, again, list, other, down, downAgain } = steps;
  const pages = Math.ceil(files / KEYS_ON_A_PAGE);
  const counts = { digits: 0, exact: true };
  const few = files < MANY ? `the goal is for ${MANY} files; there were ${files}` : undefined;
  const amounts = { digits: 0, exact: false };
  return [
    // The listing before the first upload is of nothing.
    atMost("up: requests", totalOf(up.requests), files + 1, counts),
    atMost("unchanged: requests", totalOf(again.requests), pages, counts),
    atMost("down: requests", totalOf(down.requests), files + pages, counts),
    atMost("down, unchanged: requests", totalOf(downAgain.requests), pages, counts),
    ...[up, again, list, down, downAgain].map(({ name, peakMemoryBytes }) => {
      const goal = atMost(`${name}: peak memory, MB`, peakMemoryBytes / 1e6, MEMORY_MB, amounts);
      return isMissed(goal) ? goal : unlessJudged(goal, few);
    }),
    unlessJudged(
      atMost("listing: wall ÷ s5cmd", list.wallSeconds / other.wallSeconds, LISTING, {
        exact: false,
      }),
      few,
    ),
  ];
}
