import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchConfig } from "../config.ts";
import type { Endpoint } from "../endpoint.ts";
import { atMost, type Goal, unlessJudged } from "../goal.ts";
import { measure } from "../measure.ts";
import { requestsText } from "./table.ts";
import { BUCKET, measureOptions } from "./tool-run.ts";
import { cloudSubmit } from "./tools/cloud-submit.ts";

/** S3 takes at most this many parts. */
const PARTS_MAX = 10_000;
const MEMORY_MB = 200;

/** The endpoint keeps the sums alone of bodies of so many bytes: no memory would hold the file. */
export const SUMS_FROM = 1 << 20;

/**
 * Sends one file of zeros that takes no room on the disk, once, and prints what it took.
 *
 * @param size bytes
 * @returns the goals for parts and memory
 */
export async function measureSparse(
  config: BenchConfig,
  endpoint: Endpoint,
  size: number,
): Promise<Goal[]> {
  const tool = cloudSubmit(config);
  const folder = join(config.data, "sparse");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "zeros"), "");
  truncateSync(join(folder, "zeros"), size);
  const url = `http://127.0.0.1:${endpoint.ports.http}`;
  const place = { url, bucket: BUCKET, ca: undefined, latencyMs: 0 };
  await endpoint.reset(0);
  const options = measureOptions(config, tool, place);
  const took = await measure(tool.upload(folder, "sparse", place), options);
  const { operations } = await endpoint.counts();
  rmSync(folder, { recursive: true, force: true });
  const [seconds, cpu] = [took.wallSeconds.toFixed(1), took.cpuSeconds.toFixed(1)];
  console.log(`${size} bytes: ${seconds} s, CPU ${cpu} s, ${requestsText(operations)}`);
  const parts = operations["UploadPart"] ?? 0;
  return [
    unlessJudged(
      atMost("parts", parts, PARTS_MAX, { digits: 0, exact: true }),
      parts === 0 ? "so small a file has no parts" : undefined,
    ),
    atMost("peak memory, MB", took.peakMemoryBytes / 1e6, MEMORY_MB, { digits: 0, exact: false }),
  ];
}
