import type { JobRow } from "./job-rows.ts";

/** Reads the queue: all of the user's jobs, or one job's rows alone. */
type ReadQueue = (jobId: string | undefined) => Promise<JobRow[]>;

interface Question {
  /** Whose rows are enough for the answer; undefined: it needs all. */
  jobId: string | undefined;
  resolve: (rows: readonly JobRow[]) => void;
  reject: (error: unknown) => void;
}

/** After a call that answered n questions, the next begins (n - 1) times so many milliseconds later, */
const PAUSE_MS = 50;
/** but never later than this: 2.5 calls a second at most, when many ask. */
const PAUSE_MAX_MS = 400;

/**
 * One look at Slurm's queue for all that ask. There is one call of squeue at a time. Who asks while it is on its way
 * shares the next one, so that no answer is older than its question. After a call that answered several, a pause
 * collects more of them; a question that comes alone is answered at once.
 */
export class SharedQueue {
  readonly #read: ReadQueue;
  readonly #sleep: (ms: number) => Promise<void>;
  #waiting: Question[] = [];
  #isReading = false;

  constructor(read: ReadQueue, sleep: (ms: number) => Promise<void>) {
    this.#read = read;
    this.#sleep = sleep;
  }

  /**
   * The rows as they are now, or later.
   *
   * @param jobId when this job's rows are enough: others may be among them or not
   * @throws CloudSubmitError `slurm` when Slurm does not answer
   */
  ask(jobId?: string): Promise<readonly JobRow[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ jobId, resolve, reject });
      if (!this.#isReading) void this.#answer();
    });
  }

  async #answer(): Promise<void> {
    this.#isReading = true;
    // Those that are asked in the same turn of the event loop share the first call, too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      const ids = new Set(asked.map(({ jobId }) => jobId));
      try {
        // For one id, slurmctld sends that job alone; for two, it would send all.
        const rows = await this.#read(ids.size === 1 ? asked[0]?.jobId : undefined);
        for (const { resolve } of asked) resolve(rows);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
      if (asked.length > 1)
        await this.#sleep(Math.min(PAUSE_MAX_MS, (asked.length - 1) * PAUSE_MS));
    }
    this.#isReading = false;
  }
}
