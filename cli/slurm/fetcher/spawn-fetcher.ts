import { spawn } from "node:child_process";
import { closeSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { startAgain } from "../../own-program.ts";
import type { SlurmContext } from "../slurm-context.ts";
import { takeFetcherLock } from "./lock.ts";
import { currentSession } from "./session.ts";
import { settingFlags } from "./setting-flags.ts";

/** A log that is longer is begun anew. */
const LOG_MAX_BYTES = 1 << 20;

/** Environment variable by which a fetcher knows the session of those who have started it. */
export const SESSION_VARIABLE = "CLOUD_SUBMIT_SESSION";

type FetcherScene = Pick<SlurmContext, "context" | "folders" | "env" | "cwd">;

/** Starts a fetcher, unless another process has its lock. Apart from start.ts, whose callers mostly find one. */
export async function spawnFetcher(slurm: FetcherScene): Promise<void> {
  const lock = await takeFetcherLock(slurm.folders.root);
  if (!lock) return;
  try {
    spawnWith(slurm, lock.file);
  } finally {
    lock.release();
  }
}

/** @param lock the open file that holds the lock; the fetcher has it from its first moment, so that no second one is started */
function spawnWith({ env, cwd, folders, context }: FetcherScene, lock: number | undefined): void {
  const { command, args, argv0 } = startAgain([
    "slurm",
    "fetcher",
    ...settingFlags({ env, cwd, bucket: context.bucket }),
  ]);
  const session = currentSession();
  const log = openLog(join(folders.root, "fetcher.log"));
  try {
    const child = spawn(command, args, {
      argv0,
      cwd: "/",
      detached: true,
      env: { ...env, ...(session !== undefined && { [SESSION_VARIABLE]: session }) },
      stdio: ["ignore", log, log, ...(lock === undefined ? [] : [lock])],
    });
    // It is seen by whoever asks next.
    child.on("error", () => undefined);
    child.unref();
  } finally {
    closeSync(log);
  }
}

/** For the user alone. */
function openLog(path: string): number {
  const { size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return openSync(path, size > LOG_MAX_BYTES ? "w" : "a", 0o600);
}
