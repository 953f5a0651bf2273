import { spawn } from "node:child_process";
import { closeSync, openSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder } from "../../../bucket/disk/make-folder.ts";
import { messageOf } from "../../../protocol/error.ts";
import { settingsOf } from "../../config.ts";
import { SETTING_NAMES } from "../../global-flags.ts";
import { startAgain } from "../../own-program.ts";
import { dashed } from "../../verb.ts";
import type { SlurmContext } from "../slurm-context.ts";
import { takeFetcherLock } from "./lock.ts";
import { currentSession } from "./session.ts";
import { wakeFetcher } from "./wake.ts";

/** A log that is longer is begun anew. */
const LOG_MAX_BYTES = 1 << 20;

/** Environment variable by which a fetcher knows the session of those who have started it. */
export const SESSION_VARIABLE = "CLOUD_SUBMIT_SESSION";

/**
 * Starts the fetcher of this user and bucket in the background, or has the one that runs look at once. To be called when
 * there is something for it to do. No request; some milliseconds. A fetcher that cannot be started is no error: whoever
 * asks for the job next tries again.
 */
export async function startFetcher(
  slurm: Pick<SlurmContext, "context" | "folders" | "env" | "cwd">,
): Promise<void> {
  const { root } = slurm.folders;
  try {
    await makeFolder(root, 0o700);
    await wakeFetcher(root);
    const lock = await takeFetcherLock(root);
    if (!lock) return;
    try {
      spawnFetcher(slurm, lock.file);
    } finally {
      lock.release();
    }
  } catch (error) {
    slurm.context.err(messageOf(error));
  }
}

/** @param lock the open file that holds the lock; the fetcher has it from its first moment, so that no second one is started */
function spawnFetcher(
  { env, cwd, folders, context }: Pick<SlurmContext, "context" | "folders" | "env" | "cwd">,
  lock: number | undefined,
): void {
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

/** The caller's settings: the fetcher is in another folder, where it finds no cloud-submit.json. */
export function settingFlags({
  env,
  cwd,
  bucket,
}: {
  env: NodeJS.ProcessEnv;
  cwd: string;
  bucket: string;
}): string[] {
  const settings = { ...settingsOf({}, env, cwd), bucket };
  return SETTING_NAMES.flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    return [`--${dashed(name)}=${name === "sseCKey" ? resolve(cwd, value) : value}`];
  });
}

/** For the user alone. */
function openLog(path: string): number {
  const { size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return openSync(path, size > LOG_MAX_BYTES ? "w" : "a", 0o600);
}
