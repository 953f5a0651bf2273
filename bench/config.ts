import { existsSync } from "node:fs";
import { arch, cpus, platform, release, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the benchmarks find things, and what machine they run on. */
export interface BenchConfig {
  readonly checkout: string;
  /** The Python environment with the tools that are measured beside. */
  readonly venv: string;
  /** Folder for programs that are built, and for outputs. */
  readonly home: string;
  /** Folder for the files that are transferred: in memory where that is possible, so that no disk is measured. */
  readonly data: string;
  /** Environment of every measured program. */
  readonly env: Readonly<Record<string, string>>;
  readonly machine: string;
}

/** Works out where everything is. */
export function benchConfig(env: NodeJS.ProcessEnv = process.env): BenchConfig {
  const checkout = findCheckout(dirname(fileURLToPath(import.meta.url)));
  const home = join(checkout, ".local", "bench");
  const memory = "/dev/shm";
  return {
    checkout,
    home,
    venv: join(checkout, ".local", "venv"),
    data: join(existsSync(memory) ? memory : tmpdir(), `cloud-submit-bench-${process.pid}`),
    env: {
      PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      // Nothing of the user's own ~/.aws or rclone.conf.
      HOME: home,
      LANG: "C.UTF-8",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()} ${arch()}, Node.js ${process.versions.node}`,
  };
}

/** This file runs from `bench/` under the tests and from `dist/bench/` otherwise. */
function findCheckout(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("no package.json above this file; run from a checkout");
  return findCheckout(parent);
}

/**
 * The bucket that a measured client is told of.
 * @throws Error when it is not
 */
export function benchBucket(env: NodeJS.ProcessEnv = process.env): string {
  const bucket = env["CLOUD_SUBMIT_BUCKET"];
  if (!bucket) throw new Error("CLOUD_SUBMIT_BUCKET is not set");
  return bucket;
}

/** The environment, for what reads it itself. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * The lanes that a measured client is to have, and to carry everything over; undefined: as many as help, as anyone has.
 * @throws Error when they are no number
 */
export function benchLanes(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const text = env["BENCH_LANES"];
  if (!text) return undefined;
  if (!/^\d$/.test(text)) throw new Error("BENCH_LANES: give a number from 0 to 9");
  return Number(text);
}
