import { join } from "node:path";
import { messageOf } from "../protocol/error.ts";
import { type CleanOptions, clean } from "./clean.ts";
import { Driver } from "./driver.ts";
import { Journal } from "./journal/journal.ts";
import type { Log } from "./log.ts";
import { Publisher, type PublishStateChange } from "./publisher.ts";
import { reconcile } from "./reconcile.ts";
import { Requests } from "./requests.ts";
import { parseEnding, parseRequest } from "./spool/messages.ts";
import { Spool } from "./spool/spool.ts";
import type { StepPorts } from "./steps/ports.ts";

export interface AgentOptions {
  ports: StepPorts;
  publish: PublishStateChange;
  reconcileMs: number;
  rescanMs: number;
  cleaning: Pick<CleanOptions, "keepDays" | "minFreeShare" | "freeShare">;
}

const CLEAN_EVERY_MS = 3_600_000;

/** The running agent. */
export interface Agent {
  /** Begins nothing more; what was begun is in the journal. */
  stop(): void;
}

/** Starts the agent's loops, and takes up every submission that its journal holds unfinished. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { ports } = options;
  const log: Log = ports.log;
  const journal = await Journal.open(join(ports.home, "journal"), log);
  const publisher = new Publisher(journal, options.publish, log);
  const driver = new Driver({
    journal,
    ports,
    log,
    onChange: (entry) => {
      void publisher.flush(entry);
      // Requests may have waited for this job's state.
      if (entry.phase === "running" || entry.phase === "done") void requestSpool.scan();
    },
  });
  const requests = new Requests({
    journal,
    driver,
    log,
    objects: ports.objects,
    slurm: ports.slurm,
    now: ports.now,
  });

  const requestSpool = new Spool({
    folder: join(ports.home, "spool", "requests"),
    rescanMs: options.rescanMs,
    log,
    handle: async (text, name) => {
      const request = parseRequest(text);
      if (request) await requests.take(request);
      else log("error", "a spool file that is no request was dropped", { file: name });
    },
  });
  const endingSpool = new Spool({
    folder: join(ports.home, "spool", "endings"),
    rescanMs: options.rescanMs,
    log,
    handle: async (text, name) => {
      const ending = parseEnding(text);
      const entry = ending && journal.runningJob(ending.job);
      if (!ending || !entry)
        return log("info", "the ending of a job that is not ours", { file: name });
      // An array has an exit code for each task; only Slurm knows them all.
      const { exit, task } = ending;
      if (!task && exit !== undefined) await journal.update(entry, () => ({ hookExit: exit }));
      driver.wake(entry);
    },
  });
  const check = () =>
    reconcile({ journal, slurm: ports.slurm, driver, publisher }).catch((error: unknown) =>
      log("warn", "Slurm cannot be compared with the journal", { error: messageOf(error) }),
    );
  // First what the Slurm hook left: it may be all that is known of a job that Slurm has forgotten.
  await endingSpool.start();
  await endingSpool.scan();
  for (const entry of journal.all()) if (entry.phase !== "done") driver.wake(entry);
  await requestSpool.start();
  void requestSpool.scan();
  void check();
  const timer = setInterval(() => void check(), options.reconcileMs);
  const tidy = () =>
    clean({ ...ports, ...options.cleaning, journal }).catch((error: unknown) =>
      log("warn", "old folders cannot be removed", { error: messageOf(error) }),
    );
  void tidy();
  const tidyTimer = setInterval(() => void tidy(), CLEAN_EVERY_MS);

  return {
    stop() {
      clearInterval(timer);
      clearInterval(tidyTimer);
      requestSpool.stop();
      endingSpool.stop();
      driver.stop();
    },
  };
}
