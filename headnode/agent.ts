import { join } from "node:path";
import { messageOf } from "../protocol/error.ts";
import { Driver } from "./jobs/driver.ts";
import { Publisher, type PublishStateChange } from "./jobs/publisher.ts";
import { Requests } from "./jobs/requests.ts";
import { Journal } from "./journal/journal.ts";
import { LiveOutput, type LiveOutputOptions } from "./live-output/live-output.ts";
import { tidyLiveOutput } from "./live-output/tidy-live-output.ts";
import type { Log } from "./log.ts";
import { accountOfHook } from "./slurm/array-account.ts";
import { parseEnding, parseRequest } from "./spool/messages.ts";
import { Spool, type SpoolOptions } from "./spool/spool.ts";
import type { StepPorts } from "./steps/ports.ts";
import { type CleanOptions, clean } from "./upkeep/clean.ts";
import { type HeartbeatOptions, HeartbeatWriter } from "./upkeep/heartbeat.ts";
import { MemoryAtRest } from "./upkeep/memory-at-rest.ts";
import { reconcile } from "./upkeep/reconcile.ts";
import { SecondLook } from "./upkeep/second-look.ts";

export interface AgentOptions {
  ports: Omit<StepPorts, "live">;
  publish: PublishStateChange;
  reconcileMs: number;
  rescanMs: number;
  /** undefined: what running jobs print is not published. */
  live?: Pick<LiveOutputOptions, "store" | "everyMs"> | undefined;
  heartbeat?: Pick<HeartbeatOptions, "store" | "everyMs" | "about" | "slurmHealth"> | undefined;
  cleaning: Pick<CleanOptions, "keepDays" | "minFreeShare" | "freeShare">;
  /** From the start until what is old is removed for the first time: what is new comes first. */
  tidyAfterMs: number;
  /** Called when nothing has happened for a while. */
  collectGarbage: () => void;
}

/** Where nothing is published, nothing is on its way. */
const NO_LIVE_OUTPUT: StepPorts["live"] = { see: () => undefined, settled: async () => undefined };

const CLEAN_EVERY_MS = 3_600_000;

/** The running agent. */
export interface Agent {
  /** Begins nothing more; what was begun is in the journal. */
  stop(): void;
  /** Stops, and says so in the heartbeat, as far as that can be done. */
  farewell(): Promise<void>;
}

/** Starts the agent's loops, and takes up every submission that its journal holds unfinished. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const log: Log = options.ports.log;
  const journal = await Journal.open(join(options.ports.home, "journal"), log);
  const live =
    options.live &&
    new LiveOutput({
      ...options.ports,
      ...options.live,
      runningTasks: () => options.ports.slurm.runningTasks(),
      look: (entry) => driver.wake(entry),
    });
  const ports: StepPorts = { ...options.ports, live: live ?? NO_LIVE_OUTPUT };
  const publisher = new Publisher(journal, options.publish, log);
  const secondLook = new SecondLook((entry) => driver.wake(entry));
  const memory = new MemoryAtRest(options.collectGarbage);
  const driver = new Driver({
    journal,
    ports,
    log,
    onChange: (entry) => {
      void publisher.flush(entry);
      live?.follow(entry);
      secondLook.see(entry);
      memory.changed();
      // Requests may have waited for this job's state.
      if (entry.phase === "running" || entry.phase === "done") void requestSpool.scan();
    },
  });
  const requests = new Requests({ ...ports, journal, driver });

  const spool = (kind: "requests" | "endings", handle: SpoolOptions["handle"]) =>
    new Spool({
      folder: join(ports.home, "spool", kind),
      rescanMs: options.rescanMs,
      log,
      handle,
    });
  const requestSpool = spool("requests", async (text, name) => {
    const request = parseRequest(text);
    if (request) await requests.take(request);
    else log("error", "a spool file that is no request was dropped", { file: name });
  });
  const endingSpool = spool("endings", async (text, name) => {
    const ending = parseEnding(text);
    const entry = ending && journal.runningJob(ending.job);
    if (!ending || !entry)
      return log("info", "the ending of a job that is not ours", { file: name });
    const { exit, task } = ending;
    if (exit !== undefined)
      await journal.update(entry, ({ array }) => {
        if (task === undefined) return { hookExit: exit };
        return array ? { array: accountOfHook(array, task, exit) } : {};
      });
    driver.wake(entry);
  });
  let lastReconcile: Date | undefined;
  const check = async () => {
    try {
      await reconcile({ journal, slurm: ports.slurm, driver, publisher });
      lastReconcile = ports.now();
    } catch (error) {
      log("warn", "Slurm cannot be compared with the journal", { error: messageOf(error) });
    }
  };
  // First what the Slurm hook left: it may be all that is known of a job that Slurm has forgotten.
  await endingSpool.start();
  await endingSpool.scan();
  for (const entry of journal.all()) if (entry.phase !== "done") driver.wake(entry);
  await requestSpool.start();
  void requestSpool.scan();
  void check();
  const timer = setInterval(() => void check(), options.reconcileMs);
  const removing = (what: string, work: Promise<void>) =>
    work.catch((error: unknown) =>
      log("warn", `${what} cannot be removed`, { error: messageOf(error) }),
    );
  const tidyAll = async () => {
    await Promise.all([
      removing("old folders", clean({ ...ports, ...options.cleaning, journal })),
      options.live && removing("old live output", tidyLiveOutput(options.live.store, journal)),
    ]);
    // It has looked at every job that ever was.
    memory.changed();
  };
  const firstTidy = setTimeout(() => void tidyAll(), options.tidyAfterMs);
  const tidyTimer = setInterval(() => void tidyAll(), CLEAN_EVERY_MS);
  const heartbeat =
    options.heartbeat &&
    new HeartbeatWriter({
      ...ports,
      ...options.heartbeat,
      journal,
      lastReconcile: () => lastReconcile,
    });

  const stop = () => {
    clearInterval(timer);
    clearTimeout(firstTidy);
    clearInterval(tidyTimer);
    requestSpool.stop();
    endingSpool.stop();
    driver.stop();
    live?.stop();
    secondLook.stop();
    memory.stop();
    heartbeat?.stop();
  };

  return {
    stop,
    farewell: async () => {
      stop();
      await heartbeat?.farewell();
    },
  };
}
