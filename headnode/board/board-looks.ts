import { messageOf } from "../../protocol/error.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Log } from "../log.ts";
import { type ArrayAccount, accountOf, hasNews, newAccount } from "../slurm/array-account.ts";
import { isEnded, type SlurmTask } from "../slurm/job-state.ts";
import type { JobsLook, Slurm } from "../slurm/slurm.ts";
import type { BoardState } from "./board-state.ts";
import { isInSlurm } from "./standing.ts";

export interface BoardLooksOptions {
  slurm: Pick<Slurm, "jobs" | "forgetsAfterMs">;
  workRoot: string;
  home: string;
  boards: () => BoardState[];
  /** A board may tell something else now. */
  onLook: (board: BoardState) => void;
  look: (entry: JobEntry) => void;
  log: Log;
  now: () => Date;
  lookMs: number;
}

/** Looks at Slurm while a job on a board is there: one look for all boards. At rest there is no timer. */
export class BoardLooks {
  readonly #options: BoardLooksOptions;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #stopped = false;
  /** When the last look ended, by the process's clock. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Slurm did not answer the last time; that is told once. */
  #isAway = false;

  constructor(options: BoardLooksOptions) {
    this.#options = options;
  }

  /** Sees to it that there is a look when one is needed: at once after a pause. */
  schedule(): void {
    if (this.#stopped || this.#isLooking || this.#timer !== undefined) return;
    if (this.#watched().length === 0) return;
    const wait = Math.max(0, this.#lookedAt + this.#options.lookMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, wait);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #watched(): BoardState[] {
    return this.#options.boards().filter(({ isWatched }) => isWatched);
  }

  async #look(): Promise<void> {
    const { slurm, log, onLook } = this.#options;
    const boards = this.#watched();
    if (boards.length === 0) return;
    this.#isLooking = true;
    try {
      const jobs = await slurm.jobs();
      for (const board of boards) {
        for (const entry of board.entries.values())
          if (isInSlurm(entry)) await this.#see(board, entry, jobs);
        // Also where it cannot be written: Slurm soon forgets what has ended.
        board.fold();
        onLook(board);
      }
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway)
        log("warn", "Slurm is not looked at for boards", { error: messageOf(error) });
      this.#isAway = true;
    }
    this.#isLooking = false;
    this.#lookedAt = performance.now();
    this.schedule();
  }

  async #see(board: BoardState, entry: JobEntry, jobs: JobsLook): Promise<void> {
    const jobId = entry.slurm?.jobId ?? "";
    const owner = ownerOf(entry, this.#options);
    const tasks = tasksOf(jobs, jobId, owner, entry.jobName);
    if (!tasks) return;
    const array = await this.#accountOf(entry, tasks);
    // It may have ended while MinJobAge was asked for.
    if (!isInSlurm(entry)) return;
    board.saw(entry, { tasks, details: jobs.details(jobId, owner), array });
    const isNews = array !== undefined && entry.array !== undefined && hasNews(entry.array, array);
    // No hook tells of the end of what had not begun.
    if (isNews || tasks.every(isEnded)) this.#options.look(entry);
  }

  async #accountOf(
    { array }: JobEntry,
    tasks: readonly SlurmTask[],
  ): Promise<ArrayAccount | undefined> {
    if (!array && !tasks.some(({ arrayTask }) => arrayTask !== undefined)) return undefined;
    const { now, slurm } = this.#options;
    const before = array ?? newAccount({ tasks: "", waiting: "" }, now());
    return accountOf(before, tasks, now(), await slurm.forgetsAfterMs());
  }
}

/** undefined: a row of it cannot be read; the next look is another chance. */
function tasksOf(jobs: JobsLook, ...job: Parameters<JobsLook["tasks"]>): SlurmTask[] | undefined {
  try {
    return jobs.tasks(...job);
  } catch {
    return undefined;
  }
}
