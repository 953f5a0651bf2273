import { performance } from "node:perf_hooks";
import type { AwsCredentialIdentity } from "@smithy/types";
import { busyShare } from "../../flow/busy-share.ts";
import type { FileAnswer, FileOrder } from "../carry-file.ts";
import type { Line } from "../line.ts";
import { Growth } from "./growth.ts";
import { isLost, Lane, lost, REQUEST_BYTES, workIn } from "./lane.ts";
import { type LaneThreadOptions, startLaneThread } from "./lane-thread.ts";
import { Writers } from "./writers.ts";

/** Lanes at most: with more of them the process would need more than 200 MB. */
export const LANES_MAX = 4;

/** Longer than this, in milliseconds, between two orders, and there was nothing to do. */
const REST_MS = 1_000;

/** Lanes that are idle for this long, in milliseconds, are ended. */
const IDLE_MS = 1_000;

export interface LanesOptions extends LaneThreadOptions {
  /** Lanes at most. */
  max: number;
  /** Whether there are to be so many from the beginning, which carry everything; else they come when they help. */
  isFixed: boolean;
  line: Line;
}

/**
 * Threads beside the main one that carry files, as many as help. Each has connections, sums and calls of the disk of its
 * own; limits, buffers, attempts and all that is decided stay in the main thread, which carries files, too. There are none
 * to begin with.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #growth: Growth;
  /** Who writes to which file; undefined: this thread. */
  readonly #writers = new Writers<Lane | undefined>();
  #lanes: Lane[] = [];
  /** Whether one has failed: then no other is begun. */
  #isBroken = false;
  #beginning: Promise<unknown> | undefined;
  /** Work in the main thread, and work that was done, in bytes; orders under way. */
  #own = 0;
  #done = 0;
  #orders = 0;
  #large = 0;
  /** Work that is known to come, in bytes. */
  #expected = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #busyShare = busyShare();
  #idle: NodeJS.Timeout | undefined;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#growth = new Growth(options.max);
  }

  /** Lanes that take orders. */
  get count(): number {
    return this.#ready.length;
  }

  /**
   * Has an order carried out by whoever has least to do; how far it came is noted in it.
   *
   * @param here carries it out in this thread, also when the lane that had it is lost
   */
  async carry(
    order: FileOrder,
    credentials: AwsCredentialIdentity,
    onBytes: (bytes: number) => void,
    here: () => Promise<FileAnswer>,
  ): Promise<FileAnswer> {
    if (this.#options.max === 0) return here();
    const work = workIn(order);
    const file = fileOf(order);
    let own = 0;
    this.#orders += 1;
    try {
      if (this.#options.isFixed) await (this.#beginning ??= this.#beginAll());
      else this.#look();
      const lane = this.#laneFor(file);
      let done = lane && (await carriedBy(lane, order, credentials, onBytes));
      if (!done) {
        own = work;
        this.#own += own;
        done = await here();
      }
      // An attempt that is refused or breaks off comes again.
      if (!done.refusal) this.#done += work;
      return done;
    } finally {
      if (file !== undefined) this.#writers.done(file);
      this.#own -= own;
      this.#orders -= 1;
      if (this.#orders === 0) this.#rest();
    }
  }

  /** Says while `task` runs that it carries a large file, of so many bytes. */
  async during<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    this.#large += bytes;
    try {
      return await task();
    } finally {
      this.#large -= bytes;
    }
  }

  /** As ObjectStore.expect. */
  expect(files: number, bytes: number): void {
    this.#expected += files * REQUEST_BYTES + bytes;
  }

  /** Ends the threads. */
  end(): void {
    for (const lane of this.#lanes.splice(0)) lane.end();
  }

  get #ready(): Lane[] {
    return this.#lanes.filter(({ isReady }) => isReady);
  }

  /** undefined: this thread. @param file the descriptor that is to be written to */
  #laneFor(file: number | undefined): Lane | undefined {
    const least = this.#leastBusy();
    if (file === undefined) return least;
    return this.#writers.choose(file, least, (lane) => {
      if (lane === undefined) return this.#own;
      return lane.isReady ? lane.load : Number.POSITIVE_INFINITY;
    });
  }

  /** undefined: this thread. */
  #leastBusy(): Lane | undefined {
    let least: Lane | undefined;
    for (const lane of this.#lanes)
      if (lane.isReady && lane.load < (least?.load ?? Number.POSITIVE_INFINITY)) least = lane;
    return this.#options.isFixed || (least && least.load <= this.#own) ? least : undefined;
  }

  #look(): void {
    const now = performance.now();
    const ms = now - this.#lookedAt;
    const known = Math.max(this.#large, this.#expected);
    if (!this.#growth.isDue({ ms, known })) return;
    this.#lookedAt = now;
    const ready = this.#ready;
    const shares = [this.#busyShare(), ...ready.map((lane) => lane.busyShare())];
    const busy = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const work = this.#done;
    this.#done = 0;
    if (ms > REST_MS) {
      this.#growth.rest();
      return this.#pauseLast(ready);
    }
    // One that is coming takes a core to itself, and does nothing yet.
    if (this.#beginning || this.#isBroken) return;
    const [lanes, orders] = [ready.length, this.#orders];
    const more = this.#growth.decide({ lanes, busy, work, ms, orders, known });
    if (more > 0) this.#add();
    else if (more < 0) this.#retire(ready.at(-1));
    this.#pauseLast(ready);
  }

  /** The last lane has no work as long as it is tried without it. */
  #pauseLast(ready: readonly Lane[]): void {
    if (!this.#growth.isPausing) for (const lane of this.#lanes) lane.isPaused = false;
    else if (!this.#lanes.some(({ isPaused }) => isPaused)) {
      const last = ready.at(-1);
      if (last) last.isPaused = true;
    }
  }

  /** It takes no more orders. */
  #retire(lane: Lane | undefined): void {
    this.#lanes = this.#lanes.filter((other) => other !== lane);
    lane?.retire();
  }

  #add(): void {
    this.#beginning = this.#begin()
      .then(() => this.#growth.begun())
      // One that was ended while it came says nothing of the next.
      .catch((error: unknown) => void (this.#isBroken ||= !isLost(error)))
      .finally(() => {
        this.#beginning = undefined;
        if (this.#orders === 0) this.#rest();
      });
  }

  async #beginAll(): Promise<void> {
    const all = Array.from({ length: this.#options.max }, () => this.#begin());
    // Without them the main thread carries everything.
    await Promise.allSettled(all);
  }

  /** @throws when there can be none */
  async #begin(): Promise<void> {
    const worker = await startLaneThread(this.#options);
    await new Promise<void>((resolve, reject) => {
      const end = () => {
        reject(lost());
        this.#lose(lane);
      };
      const lane = new Lane(worker, this.#options.line, { begin: resolve, end });
      this.#lanes.push(lane);
    });
  }

  /** One that was ended here is none of those any more. */
  #lose(lane: Lane): void {
    const at = this.#lanes.indexOf(lane);
    if (at < 0) return;
    this.#isBroken = true;
    this.#lanes.splice(at, 1);
    // Nothing is tried any more, so that no trial ends.
    for (const other of this.#lanes) other.isPaused = false;
  }

  #rest(): void {
    if (this.#lanes.length === 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#orders > 0) return;
      this.end();
      if (this.#options.isFixed && !this.#isBroken) this.#beginning = undefined;
    }, IDLE_MS);
    this.#idle.unref();
  }
}

/** The file that is open already, and comes in several orders; undefined: there is none. */
function fileOf({ work }: FileOrder): number | undefined {
  return work.kind === "receive" && typeof work.to === "number" ? work.to : undefined;
}

/** @returns undefined when the lane was lost */
async function carriedBy(
  lane: Lane,
  order: FileOrder,
  credentials: AwsCredentialIdentity,
  onBytes: (bytes: number) => void,
): Promise<FileAnswer | undefined> {
  try {
    return await lane.carry(order, credentials, onBytes);
  } catch (error) {
    if (isLost(error)) return undefined;
    throw error;
  }
}
