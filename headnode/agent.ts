import { join } from "node:path";
import { messageOf } from "../protocol/error.ts";
import { type BoardOptions, BoardWriter } from "./board/board-writer.ts";
import { openLocalObjects } from "./cache/open-local-objects.ts";
import { Driver, type DriverOptions } from "./jobs/driver.ts";
import { endIfGivenUp } from "./jobs/given-up.ts";
import { Publisher, type PublishStateChanges } from "./jobs/publisher.ts";
import { Requests } from "./jobs/requests.ts";
import type { JobEntry } from "./journal/job-entry.ts";
import { Journal } from "./journal/journal.ts";
import type { Reserve } from "./journal/spare-files.ts";
import { LiveOutput, type LiveOutputOptions } from "./live-output/live-output.ts";
import type { Log } from "./log.ts";
import { takeEarlierRecords } from "./queue/earlier-records.ts";
import { MarkerRemover } from "./queue/marker-remover.ts";
import { Queue } from "./queue/queue.ts";
import { Unmarked } from "./queue/unmarked.ts";
import { endingSpool } from "./spool/ending-spool.ts";
import { requestSpool } from "./spool/request-spool.ts";
import type { StepPorts } from "./steps/ports.ts";
import type { CleanOptions } from "./upkeep/clean.ts";
import { type HeartbeatOptions, HeartbeatWriter } from "./upkeep/heartbeat.ts";
import { MemoryAtRest } from "./upkeep/memory-at-rest.ts";
import { startReconciling } from "./upkeep/reconcile.ts";
import { SecondLook } from "./upkeep/second-look.ts";
import { startTidying } from "./upkeep/tidy.ts";

export interface AgentOptions {
  ports: Omit<StepPorts, "live" | "remover" | "fresh" | "keep" | "runs" | "local" | "makeRoom">;
  storeOf?: DriverOptions["storeOf"];
  publish: PublishStateChanges;
  /** Space that the journal keeps on the disk; undefined: none. */
  reserve?: Reserve | undefined;
  reconcileMs: number;
  rescanMs: number;
  /** Between looks at the pending markers that nothing has asked for. */
  lookMs: number;
  /** undefined: what running jobs print is not published. */
  live?: Pick<LiveOutputOptions, "store" | "everyMs"> | undefined;
  boards: Pick<BoardOptions, "store" | "everyMs" | "lookMs">;
  heartbeat?:
    | Pick<HeartbeatOptions, "store" | "everyMs" | "about" | "slurmHealth" | "partitions">
    | undefined;
  cleaning: Pick<CleanOptions, "keepDays" | "minFreeShare" | "freeShare">;
  /** Most bytes of the cache of objects; 0: there is none. */
  cacheBytes: number;
  /** From the start until what is old is removed for the first time: what is new comes first. */
  tidyAfterMs: number;
  /** Called when nothing has happened for a while. */
  collectGarbage: () => void;
}

/** Where nothing is published, nothing is on its way. */
const NO_LIVE_OUTPUT: StepPorts["live"] = { see: () => undefined, settled: async () => undefined };

/** The running agent. */
export interface Agent {
  /** Begins nothing more; what was begun is in the journal. */
  stop(): void;
  /** Stops, and says so in the heartbeat, as far as that can be done. */
  shutdown(): Promise<void>;
}

/** Starts the agent's loops, and takes up every submission that its journal holds unfinished. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const log: Log = options.ports.log;
  const journal = await Journal.open(join(options.ports.home, "journal"), log, options.reserve);
  const live =
    options.live &&
    new LiveOutput({
      ...options.ports,
      ...options.live,
      runningTasks: () => options.ports.slurm.runningTasks(),
      look: (entry) => driver.wake(entry),
    });
  const remover = new MarkerRemover(options.ports.store, log);
  const fresh = new WeakSet<JobEntry>();
  const copies = await openLocalObjects({
    ...options.ports,
    journal,
    cacheBytes: options.cacheBytes,
  });
  const ports: StepPorts = {
    ...options.ports,
    ...copies,
    remover,
    fresh,
    keep: (entry, change) => journal.update(entry, () => change),
    runs: journal,
    live: live ?? NO_LIVE_OUTPUT,
  };
  const publisher = new Publisher(journal, options.publish, log);
  const secondLook = new SecondLook((entry) => driver.wake(entry));
  const boards = new BoardWriter({
    ...options.ports,
    ...options.boards,
    journal,
    look: (entry) => driver.wake(entry),
  });
  const memory = new MemoryAtRest(options.collectGarbage);
  const driver = new Driver({
    journal,
    ports,
    storeOf: options.storeOf,
    log,
    onChange: (entry) => {
      void publisher.flush(entry);
      live?.follow(entry);
      secondLook.see(entry);
      boards.see(entry);
      memory.changed();
      if (entry.phase === "done") for (const one of journal.waitingFor(entry)) driver.wake(one);
      // Requests may have waited for this job's state.
      if (entry.phase !== "running" && entry.phase !== "done") return;
      queue.jobChanged(entry.prefix);
      void requests.scan();
    },
  });
  const spooled = { ...options.ports, rescanMs: options.rescanMs };
  const queue = new Queue({
    ...ports,
    remover,
    requests: new Requests({ ...ports, journal, driver }),
    unmarked: new Unmarked({
      journal,
      ask: (entry) => endIfGivenUp(entry, { ...ports, journal, driver }),
      log,
    }),
    journal,
    everyMs: options.lookMs,
  });
  const requests = requestSpool(spooled, queue);
  let wasAway = true;
  const endings = endingSpool({ ...spooled, journal, driver, wasAway: () => wasAway });

  // First what the Slurm hook left: it may be all that is known of a job that Slurm has forgotten.
  await endings.start();
  await endings.scan();
  wasAway = false;
  // Of those that have ended, too: a crash may have come before that was told.
  for (const entry of journal.all()) boards.see(entry);
  // As they came: the folder is in the order of names.
  const left = journal.all().filter(({ phase }) => phase !== "done");
  for (const entry of left.toSorted((one, other) => cameAt(one) - cameAt(other)))
    driver.wake(entry);
  await requests.start();
  void requests.scan();
  void takeEarlierRecords(ports.store, journal, ports.now)
    .catch((error: unknown) =>
      log("warn", "the records of an earlier version are left", { error: messageOf(error) }),
    )
    .finally(() => queue.start());
  const compared = { ...ports, journal, driver, publisher };
  const reconciling = startReconciling(compared, options.reconcileMs);
  const tidying = startTidying({
    ...ports,
    ...options.cleaning,
    journal,
    afterMs: options.tidyAfterMs,
    live: options.live?.store,
    onTidied: () => memory.changed(),
  });
  const heartbeat =
    options.heartbeat &&
    new HeartbeatWriter({
      ...ports,
      ...options.heartbeat,
      journal,
      lastReconcile: reconciling.last,
      looked: () => queue.looked,
    });

  const loops = [
    queue,
    remover,
    requests,
    endings,
    driver,
    publisher,
    live,
    secondLook,
    boards,
    memory,
    reconciling,
    tidying,
  ];
  const stop = () => {
    for (const loop of [...loops, heartbeat]) loop?.stop();
  };

  return {
    stop,
    shutdown: async () => {
      stop();
      await Promise.all([
        heartbeat?.shutdown(),
        journal.save().catch((error: unknown) =>
          log("warn", "the journal is not saved: state changes are published again", {
            error: messageOf(error),
          }),
        ),
      ]);
    },
  };
}

/** When a submission was asked for, milliseconds since 1970. */
function cameAt({ times }: JobEntry): number {
  return Date.parse(times.requested ?? times.accepted ?? "") || 0;
}
