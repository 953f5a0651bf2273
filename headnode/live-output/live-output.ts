import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import { liveMetadata, STREAMS } from "../../protocol/live-output.ts";
import { type Manifest, readManifest, workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Log } from "../log.ts";
import type { SlurmTask } from "../slurm/job-state.ts";
import { taskOutputs } from "../slurm/task-outputs.ts";
import { LiveStream } from "./live-stream.ts";

/** Objects that one round writes at most: with a round every 5 s, 7200 an hour for all jobs together. */
const PUTS_PER_ROUND = 10;
const PUTS_AT_ONCE = 4;

/** Files that one round looks at: an array may have thousands. */
const LOOKS_PER_ROUND = 500;

/** How often Slurm is asked which tasks of arrays have begun, in milliseconds. */
const TASKS_EVERY_MS = 10_000;

/** While S3 fails, rounds come up to so many times slower. */
const SLOWEST = 12;

export interface LiveOutputOptions {
  /** A store without retries: late output is worth nothing. */
  store: ObjectStore;
  /** Milliseconds between two rounds. */
  everyMs: number;
  workRoot: string;
  home: string;
  /** The tasks of job arrays that are running, by job id. */
  runningTasks: () => Promise<Map<string, Set<number>>>;
  /** Has a job looked at, because tasks of it run of which nothing is known. */
  look: (entry: JobEntry) => void;
  log: Log;
  now: () => Date;
}

/** A job whose output is followed. */
interface Followed {
  streams: Map<string, LiveStream>;
  isArray: boolean;
  tasks: Set<number>;
}

/**
 * Puts the last bytes that running jobs print into the bucket. It is no step of a job: it holds nothing up,
 * its failures fail nothing else, and from the moment a job has ended it writes nothing more for it.
 */
export class LiveOutput {
  readonly #options: LiveOutputOptions;
  readonly #jobs = new Map<JobEntry, Followed>();
  /** Objects on their way, by job; jobs that have ended are in it until the last one has settled. */
  readonly #onTheWay = new Map<JobEntry, Set<Promise<unknown>>>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #tasksAt = 0;
  /** Rounds in a row that failed: the next ones come later. */
  #failures = 0;
  /** Where the next round begins to look. */
  #turn = 0;

  constructor(options: LiveOutputOptions) {
    this.#options = options;
  }

  /** Follows a job while it runs; called with each change of its entry. */
  follow(entry: JobEntry): void {
    if (entry.phase === "running") {
      if (!this.#jobs.has(entry))
        this.#jobs.set(entry, { streams: new Map(), isArray: false, tasks: new Set() });
      this.#schedule();
      return;
    }
    const followed = this.#jobs.get(entry);
    if (!followed || entry.phase !== "done") return;
    this.#jobs.delete(entry);
    void this.#remove([...followed.streams.values()]);
  }

  /** Notes which files a job writes, as Slurm has just told. */
  see(entry: JobEntry, tasks: readonly SlurmTask[]): void {
    this.follow(entry);
    const followed = this.#jobs.get(entry);
    if (!followed) return;
    const folder = workFolder(this.#options, entry).path;
    followed.isArray ||= tasks.some((task) => task.arrayTask !== undefined);
    for (const { task, paths } of taskOutputs(tasks)) {
      if (task !== undefined) followed.tasks.add(task);
      for (const [at, stream] of STREAMS.entries()) {
        const named = paths[at];
        if (named === undefined) continue;
        const live = new LiveStream(entry, folder, { stream, task }, named);
        if (!followed.streams.has(live.key)) followed.streams.set(live.key, live);
      }
    }
  }

  /** Returns when nothing more can be written for a job that has ended. */
  async settled(entry: JobEntry): Promise<void> {
    const ways = this.#onTheWay.get(entry);
    if (ways) await Promise.allSettled(ways);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** At rest there is no timer. */
  #schedule(): void {
    if (this.#stopped || this.#timer !== undefined || this.#running().length === 0) return;
    this.#timer = setTimeout(
      () => {
        void this.#round().finally(() => {
          this.#timer = undefined;
          this.#schedule();
        });
      },
      this.#options.everyMs * Math.min(2 ** this.#failures, SLOWEST),
    );
  }

  #running(): [JobEntry, Followed][] {
    return [...this.#jobs].filter(([entry]) => entry.phase === "running");
  }

  /** One look at every job. */
  async #round(): Promise<void> {
    const { log } = this.#options;
    await this.#findTasks().catch((error: unknown) =>
      log("warn", "Slurm does not tell which tasks run", { error: messageOf(error) }),
    );
    const changed = await this.#findChanges();
    const due = changed.toSorted((a, b) => a.live.triedAt - b.live.triedAt);
    try {
      // Until the last one has settled: an older object must not come after a newer one.
      await eachBounded(due.slice(0, PUTS_PER_ROUND), PUTS_AT_ONCE, (one) => this.#publish(one));
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      log("warn", "live output is left for later", { error: messageOf(error) });
    }
  }

  /** Asks for a look at arrays of which tasks have begun since the last one. */
  async #findTasks(): Promise<void> {
    const { now, runningTasks, look } = this.#options;
    const arrays = this.#running().filter(([, { isArray }]) => isArray);
    if (arrays.length === 0 || now().getTime() - this.#tasksAt < TASKS_EVERY_MS) return;
    this.#tasksAt = now().getTime();
    const running = await runningTasks();
    for (const [entry, { tasks }] of arrays) {
      const begun = [...(running.get(entry.slurm?.jobId ?? "") ?? [])];
      if (begun.some((task) => !tasks.has(task))) look(entry);
    }
  }

  async #findChanges(): Promise<Change[]> {
    const all = this.#running().flatMap(([entry, { streams }]) =>
      [...streams.values()].map((live) => ({ entry, live })),
    );
    const first = this.#turn % Math.max(1, all.length);
    this.#turn = first + LOOKS_PER_ROUND;
    const looked = [...all.slice(first), ...all.slice(0, first)].slice(0, LOOKS_PER_ROUND);
    const changes: Change[] = [];
    /** Of this round: a folder may have held a hundred thousand files. */
    const manifests = new Map<JobEntry, Promise<Manifest>>();
    const staged = (entry: JobEntry) => () => {
      const held =
        manifests.get(entry) ?? readManifest(workFolder(this.#options, entry), entry.staged);
      manifests.set(entry, held);
      return held;
    };
    for (const { entry, live } of looked) {
      const mark = await live.change(staged(entry)).catch(() => undefined);
      if (mark !== undefined) changes.push({ entry, live, mark });
    }
    return changes;
  }

  async #publish({ entry, live, mark }: Change): Promise<void> {
    live.triedAt = this.#options.now().getTime();
    // A file that cannot be read is as good as none, until it changes.
    const part = await live.read().catch(() => undefined);
    // The job may have ended meanwhile. No await between this look and the request.
    if (!part || entry.phase !== "running" || this.#stopped) return live.done(mark, undefined);
    const way = this.#options.store.put(live.key, part.bytes, {
      contentType: "application/octet-stream",
      metadata: liveMetadata(part),
    });
    const ways = this.#onTheWay.get(entry) ?? new Set();
    this.#onTheWay.set(entry, ways.add(way));
    try {
      await way;
      live.done(mark, part);
    } finally {
      ways.delete(way);
      if (ways.size === 0) this.#onTheWay.delete(entry);
    }
  }

  /** Best effort: what stays is found by the next tidying. */
  async #remove(streams: LiveStream[]): Promise<void> {
    const { store, log } = this.#options;
    const there = streams.filter(({ published }) => published);
    try {
      await eachBounded(there, PUTS_AT_ONCE, ({ key }) => store.delete(key));
    } catch (error) {
      log("warn", "live output is not removed yet", { error: messageOf(error) });
    }
  }
}

/** A file of which something is not published. */
interface Change {
  entry: JobEntry;
  live: LiveStream;
  mark: string;
}
