import { readHeartbeat, writeHeartbeat } from "../../bucket/job-objects/heartbeat.ts";
import type { ReadStore } from "../../bucket/job-objects/read-object.ts";
import type { ObjectWriter } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import {
  formatHeartbeat,
  HEARTBEAT_MAX_BYTES,
  type Heartbeat,
  type Partition,
} from "../../protocol/heartbeat.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { QueueLook } from "../queue/queue.ts";

export interface HeartbeatOptions {
  store: ReadStore & ObjectWriter;
  journal: Journal;
  everyMs: number;
  /** Constant fields of this run of the agent. */
  about: Pick<Heartbeat, "version" | "startedAt" | "host">;
  /** Must not throw. */
  slurmHealth: () => Promise<Heartbeat["slurm"]>;
  /** Slurm's partitions; undefined: it does not tell. Must not throw. */
  partitions?: (() => Promise<Partition[] | undefined>) | undefined;
  /** When the journal was last compared with Slurm; undefined: not yet. */
  lastReconcile: () => Date | undefined;
  /** The last look at the pending markers that has come to its end; undefined: none yet. */
  looked: () => QueueLook | undefined;
  log: Log;
  now: () => Date;
}

/** Writes the heartbeat from time to time. What fails is logged, and waits for the next turn. */
export class HeartbeatWriter {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  /** One write after the other, so that the last one is the last in the bucket. */
  #writing: Promise<void> | undefined;
  /** How far the agent had looked before its start: until it has looked, it has been silent since then. */
  #lookedBefore: Pick<Heartbeat, "looked" | "left"> | undefined;
  /** Slurm's last answer. */
  #slurm: Heartbeat["slurm"] | undefined;
  #partitions: Partition[] | undefined;

  /** Begins at once. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), options.everyMs);
    this.#beat();
  }

  /** Writes no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Stops, and says so in a last heartbeat; it is there, or failed, when this returns. */
  async shutdown(): Promise<void> {
    this.stop();
    await this.#writing;
    // Slurm may take long to answer, and the end of the agent does not wait for it.
    if (this.#slurm) await this.#put("stopped", this.#slurm);
  }

  #beat(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    const { slurmHealth, partitions } = this.#options;
    this.#slurm = await slurmHealth();
    this.#partitions = this.#slurm.state === "ok" ? await partitions?.() : undefined;
    await this.#put("running", this.#slurm);
  }

  async #put(state: Heartbeat["state"], slurm: Heartbeat["slurm"]): Promise<void> {
    const { store, journal, everyMs, about, looked, log, now } = this.#options;
    try {
      this.#lookedBefore ??= (await readHeartbeat(store)) ?? {};
      const look = looked();
      const active = journal.all().filter(({ phase }) => phase !== "done");
      const heartbeat: Heartbeat = {
        schema: 1,
        time: now().toISOString(),
        state,
        everySeconds: everyMs / 1000,
        ...about,
        slurm,
        partitions: this.#partitions,
        jobs: {
          active: active.length,
          waiting: active.filter((entry) => entry.slurm === undefined).length,
        },
        looked: look ? look.began.toISOString() : this.#lookedBefore.looked,
        left: look ? look.left : this.#lookedBefore.left,
        lastReconcile: this.#options.lastReconcile()?.toISOString(),
      };
      // Nobody would read a longer one.
      const isTooLong = Buffer.byteLength(formatHeartbeat(heartbeat)) > HEARTBEAT_MAX_BYTES;
      await writeHeartbeat(store, isTooLong ? { ...heartbeat, partitions: undefined } : heartbeat);
    } catch (error) {
      log("warn", "the heartbeat cannot be written", { error: messageOf(error) });
    }
  }
}
