import type { BoardJob } from "../../protocol/board.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { boardJobOf, type Seen } from "./board-job.ts";
import { textOf, toldOf } from "./board-text.ts";
import { isInSlurm } from "./standing.ts";

/** One board in memory: what it tells, and of which submissions something is still to be told. */
export class BoardState {
  readonly id: string;
  /** By submission. */
  readonly entries = new Map<string, JobEntry>();
  #seen = new WeakMap<JobEntry, Seen>();
  #jobs = new Map<string, BoardJob>();
  /** Its object was read, or was not there. */
  #isRead = false;
  /** The jobs in the bucket, as text. */
  #written: string | undefined;

  constructor(id: string) {
    this.id = id;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  /** Whether a job of it is in Slurm, as far as is known. */
  get isWatched(): boolean {
    return [...this.entries.values()].some(isInSlurm);
  }

  /** Takes over what the object holds: of it count those that have ended, and those that the journal knows. */
  take(jobs: readonly BoardJob[]): void {
    this.#isRead = true;
    this.#written = jobs.map(textOf).join();
    for (const job of jobs)
      if (job.final || this.entries.has(job.submission)) this.#jobs.set(job.submission, job);
    this.fold();
  }

  /** Notes a look at Slurm. */
  saw(entry: JobEntry, seen: Seen): void {
    this.#seen.set(entry, seen);
  }

  /** Brings what is told up to date; nothing before the object was read. */
  fold(): void {
    if (!this.#isRead) return;
    for (const [submission, entry] of this.entries)
      this.#jobs.set(
        submission,
        boardJobOf(entry, this.#seen.get(entry), this.#jobs.get(submission)),
      );
  }

  /** The jobs that are to be written; undefined: that is what the object says. */
  news(now: Date): { jobs: BoardJob[]; text: string } | undefined {
    this.fold();
    const jobs = toldOf(this.#jobs.values(), now);
    const kept = new Set(jobs.map(({ submission }) => submission));
    for (const submission of this.#jobs.keys())
      if (!kept.has(submission) && !this.entries.has(submission)) this.#jobs.delete(submission);
    const text = jobs.map(textOf).join();
    return text === this.#written ? undefined : { jobs, text };
  }

  /** Notes that this is in the bucket. */
  wrote(text: string): void {
    this.#written = text;
  }
}
