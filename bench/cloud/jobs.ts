import { setTimeout as sleep } from "node:timers/promises";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { SCRIPT_FILE, STATUS_FILE } from "../../protocol/objects.ts";
import type { MeasuredCloud, SsmLogLine } from "./measured-cloud.ts";
import { isSteady } from "./steady.ts";

/** Files that a job brings besides its script. */
export const INPUT_FILES = 5;

/** Objects that a user writes for a job: inputs, script and status object. */
export const OBJECTS_OF_USER = INPUT_FILES + 2;

/** Reads its inputs, and notes when its last line ran. */
const SCRIPT = "#!/bin/bash\ncat in*.txt | wc -c >out.txt\ndate +%s.%N >ended-at.txt\n";

/** Uploads a job without its status object. */
export async function uploadJob(
  cloud: MeasuredCloud,
  prefix: string,
  bucket = cloud.bucket,
): Promise<void> {
  await cloud.put(`${prefix}/${SCRIPT_FILE}`, SCRIPT, bucket);
  for (let input = 1; input <= INPUT_FILES; input++)
    await cloud.put(`${prefix}/in${input}.txt`, `${prefix} ${input}\n`, bucket);
}

/** Log entries and times of some jobs. */
export interface Seen {
  /** Milliseconds since the epoch at which FILE_UPLOAD was in the bucket, by prefix. */
  asked: Map<string, number>;
  /** When JOB_COMPLETE was, by prefix. */
  completed: Map<string, number>;
  s3: S3LogLine[];
  ssm: SsmLogLine[];
  sbatches: number;
  /** Slurm's commands beside sbatch. */
  slurmCommands: number;
}

export interface RunOptions {
  /** Milliseconds without anything happening after the last JOB_COMPLETE, before it counts as over. */
  quietMs: number;
  /** Milliseconds after which an error is thrown. */
  timeoutMs: number;
  bucket?: string;
  /** Jobs that are not complete when nothing has happened for `quietMs` are given up, and no error. */
  mayLoseJobs?: boolean;
  /** Status objects that are written at once. */
  atOnce?: number;
  /** Status objects that no function has looked at yet, at most: the emulator starts a process for each. */
  unseenAtOnce?: number;
  /** Called with the key of each status object that was written. */
  onAsked?: (key: string) => void;
}

const LOOK_MS = 50;

/**
 * Writes FILE_UPLOAD for uploaded jobs, and reads the logs until every one is complete and nothing happens
 * any more. Nothing is asked of S3 for that. What is seen begins where the cloud was last told to forget.
 */
export async function runJobs(
  cloud: MeasuredCloud,
  prefixes: readonly string[],
  options: RunOptions,
): Promise<Seen> {
  const { quietMs, timeoutMs, bucket = cloud.bucket, atOnce = 16 } = options;
  const { unseenAtOnce = Number.POSITIVE_INFINITY, mayLoseJobs = false } = options;
  const { onAsked = () => {} } = options;
  const seen = nothingSeen();
  const began = performance.now();
  const unseen = new Set<string>();
  const asking = eachBounded(prefixes, atOnce, async (prefix) => {
    while (unseen.size >= unseenAtOnce) await sleep(LOOK_MS / 5);
    unseen.add(`${prefix}/${STATUS_FILE}`);
    await cloud.put(`${prefix}/${STATUS_FILE}`, "FILE_UPLOAD\n", bucket);
    seen.asked.set(prefix, performance.timeOrigin + performance.now());
    onAsked(`${prefix}/${STATUS_FILE}`);
  });
  let failure: Error | undefined;
  asking.catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  let last = performance.now();
  for (;;) {
    const news = [cloud.s3.take(), cloud.ssm.take(), cloud.sbatches.take()] as const;
    for (const line of news[0]) {
      seen.s3.push(line);
      if (line.side === "functions") unseen.delete(line.key);
    }
    seen.ssm.push(...news[1]);
    seen.sbatches += news[2].length;
    seen.slurmCommands += cloud.slurmCommands.take().length;
    for (const { key, status, to } of news[0])
      if (status === "JOB_COMPLETE") seen.completed.set(key.split("/")[0] ?? "", to);
    const now = performance.now();
    const [s3, ...others] = news;
    if (s3.some((line) => !isSteady(line)) || others.some(({ length }) => length > 0)) last = now;
    const done = prefixes.every((prefix) => seen.completed.has(prefix));
    if ((done || mayLoseJobs) && now - last > quietMs) break;
    if (failure) throw failure;
    if (now - began > timeoutMs) {
      const left = prefixes.filter((prefix) => !seen.completed.has(prefix));
      throw new Error(`${left.length} of ${prefixes.length} jobs not complete: ${left[0]} …`);
    }
    await sleep(LOOK_MS);
  }
  await asking;
  return seen;
}

function nothingSeen(): Seen {
  return {
    asked: new Map(),
    completed: new Map(),
    s3: [],
    ssm: [],
    sbatches: 0,
    slurmCommands: 0,
  };
}

/** Numbered prefixes. */
export function prefixesOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${name}-${String(at).padStart(5, "0")}`);
}
