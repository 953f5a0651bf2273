import { setTimeout as sleep } from "node:timers/promises";
import { newMachine } from "../../../bucket/machine.ts";
import { localEnvironment } from "../../config.ts";
import type { VerbContext } from "../../verb-work.ts";
import { Adopter } from "../adopt-pending.ts";
import { JobFiles } from "../job-files.ts";
import { pendingCancels } from "../pending-cancels.ts";
import { pendingJobs } from "../pending-jobs.ts";
import { slurmFolders } from "../slurm-context.ts";
import { BoardWatch } from "./board-watch.ts";
import { bringResults } from "./bring-results.ts";
import { Claims } from "./claims.ts";
import { closeOpen } from "./close-open.ts";
import { Fetcher } from "./fetcher.ts";
import { FolderCopies } from "./folder-copies.ts";
import { LeftCancels } from "./left-cancels.ts";
import { takeFetcherLock } from "./lock.ts";
import { pruneFiles } from "./prune-files.ts";
import { isSessionOver } from "./session.ts";
import { SESSION_VARIABLE } from "./spawn-fetcher.ts";
import { WaitingFiles } from "./waiting-files.ts";
import { Wake } from "./wake.ts";

/** Work that is under way when the fetcher is told to end has so long. */
const REST_MS = 2_000;

/**
 * `slurm fetcher`: brings back results until none is left. Where another fetcher of this user and bucket is at work, it
 * does nothing.
 *
 * @returns the exit code
 */
export async function runFetcher({ jobs }: Pick<VerbContext, "jobs">): Promise<number> {
  const context = await jobs();
  const { env } = localEnvironment();
  const folders = slurmFolders(env, context.bucket);
  const machine = context.machine ?? newMachine();
  const copies = new FolderCopies(context);
  const claims = new Claims();
  /** Marks of what was brought, by absolute path. */
  const brought = new Map<string, string>();
  const log = (line: string) => context.error(`${context.now().toISOString()} ${line}`);
  const jobFiles = new JobFiles(folders.jobs);
  const files = new WaitingFiles(folders.jobs, jobFiles);
  const pending = pendingJobs(folders.root);
  const adopter = new Adopter(context, pending, jobFiles);
  const cancels = pendingCancels(folders.root);
  const leftCancels = new LeftCancels({ context, pending: cancels, log });
  const wake = new Wake(folders.root, (ms, signal) => sleep(ms, undefined, { signal }));
  const ports = { context, machine, copies, claims, log };
  const stop = context.interrupt.signal;
  const fetcher = new Fetcher({
    context,
    files,
    boards: new BoardWatch(context),
    close: (file) =>
      closeOpen({ ...ports, isBrought: (path, mark) => brought.get(path) === mark }, file),
    bring: (file) =>
      bringResults({ ...ports, onBrought: (path, mark) => void brought.set(path, mark) }, file),
    goOn: async () => {
      const looks = [leftCancels.look(), adopter.look()];
      return (await Promise.all(looks)).includes(true);
    },
    wake,
    isSessionOver: sessionCheck(env),
    stop,
    onIdle: () => {
      copies.clear();
      claims.clear();
      brought.clear();
    },
    log,
  });
  const rest = () => Promise.race([fetcher.rest(), sleep(REST_MS)]);
  context.interrupt.tidyBy(rest);
  // Whoever started this one holds the lock until now.
  for (let mayBeHanded = true; ; mayBeHanded = false) {
    const lock = await takeFetcherLock(folders.root, { mayBeHanded });
    if (!lock) return 0;
    wake.open();
    await fetcher.run();
    if (stop.aborted) await rest();
    else await pruneFiles(folders.jobs, jobFiles, context.now().getTime());
    wake.close();
    lock.release();
    // One who has sent a job just now may have found the lock taken.
    if (stop.aborted || sessionCheck(env)()) return 0;
    const lists = await Promise.all([files.list(), pending.list(), cancels.list()]);
    if (lists.every((list) => list.length === 0)) return 0;
  }
}

/** Whether the fetcher is to end with the session of whoever has started it, and that is over. */
function sessionCheck(env: NodeJS.ProcessEnv): () => boolean {
  const session = env[SESSION_VARIABLE];
  const lingers = env.CLOUD_SUBMIT_LINGER === "1";
  return () => !lingers && session !== undefined && isSessionOver(session);
}
