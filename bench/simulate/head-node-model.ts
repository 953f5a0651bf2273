import { FairSlots } from "../../headnode/jobs/fair-slots.ts";
import type { Values } from "./quotas.ts";
import type { Timeline } from "./timeline.ts";

/** When a job got where, milliseconds since the beginning. */
export interface JobTimes {
  submitter: string;
  asked: number;
  taken: number[];
  submitted: number[];
  ended: number[];
}

/** The agent, from the request to the end of the job, and Slurm. */
export class HeadNodeModel {
  readonly #timeline: Timeline;
  readonly #values: Values;
  readonly #jobs: readonly JobTimes[];
  /** Jobs that have a marker, and when it was written, in that order. */
  readonly #open = new Map<number, number>();
  readonly #known = new Set<number>();
  readonly #journal = new FairSlots(1);
  readonly #thread = new FairSlots(1);
  readonly #transfers: FairSlots;
  readonly #sbatches: FairSlots;
  readonly #cpus: FairSlots;
  #toRemove: number[] = [];
  #isRemoving = false;
  /** Jobs that have come to their end. */
  ended = 0;
  /** Pages of listings. */
  listed = 0;
  /** Requests that remove markers. */
  removals = 0;

  constructor(timeline: Timeline, values: Values, jobs: readonly JobTimes[]) {
    this.#timeline = timeline;
    this.#values = values;
    this.#jobs = jobs;
    this.#transfers = new FairSlots(values.transfersAtOnce);
    this.#sbatches = new FairSlots(values.sbatchesAtOnce);
    this.#cpus = new FairSlots(values.cpus);
  }

  submitterOf(job: number): string {
    return this.#jobs[job]?.submitter ?? "";
  }

  /** When the status object of a job was written. */
  askedAt(job: number): number {
    return this.#jobs[job]?.asked ?? 0;
  }

  /** Whether the agent has this job in its journal, or is about to. */
  knows(job: number): boolean {
    return this.#known.has(job);
  }

  /** The marker of a job is written, unless there is one. */
  mark(job: number): boolean {
    if (this.#open.has(job)) return false;
    this.#open.set(job, this.#timeline.now());
    return true;
  }

  hasMarker(job: number): boolean {
    return this.#open.has(job);
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Lists all that is pending; what was written meanwhile is not seen. */
  async listOpen(writtenBefore = Number.POSITIVE_INFINITY): Promise<number[]> {
    const open = [...this.#open];
    const found = open.filter(([, written]) => written <= writtenBefore).map(([job]) => job);
    const pages = Math.max(1, Math.ceil(open.length / this.#values.keysPerPage));
    this.listed += pages;
    await this.#timeline.sleep(pages * this.#values.listPageMs);
    return found;
  }

  /** Takes those that it does not know; ends when they are in the journal. */
  async take(jobs: readonly number[]): Promise<void> {
    const news = jobs.filter((job) => !this.#known.has(job));
    for (const job of news) this.#known.add(job);
    const writing = news.map(async (job) => {
      await this.#journal.run("", () => this.#timeline.sleep(this.#values.journalMs));
      this.#jobs[job]?.taken.push(this.#timeline.now());
      this.#timeline.spawn(() => this.#goThrough(job));
    });
    await Promise.all(writing);
  }

  /** Takes the one that a command is for, by its status object. */
  async takeUnseen(job: number): Promise<void> {
    await this.#timeline.sleep(this.#values.s3ReadMs);
    await this.take([job]);
  }

  async #goThrough(job: number): Promise<void> {
    const { agentCpuMs, transferMs, sbatchMs, jobMs } = this.#values;
    const { sleep, now } = this.#timeline;
    const times = this.#jobs[job];
    const who = this.submitterOf(job);
    // The agent's thread takes things as they come, and Slurm jobs.
    const think = () => this.#thread.run("", () => sleep(agentCpuMs / 2));
    const transfer = () => this.#transfers.run(who, () => sleep(transferMs));
    await think();
    await transfer();
    await this.#sbatches.run(who, () => sleep(sbatchMs));
    times?.submitted.push(now());
    await this.#cpus.run("", () => sleep(jobMs));
    await think();
    await transfer();
    times?.ended.push(now());
    this.ended += 1;
    await this.remove([job]);
  }

  /** Whether a job has ended: a marker of it is of a duplicate event. */
  hasEnded(job: number): boolean {
    return (this.#jobs[job]?.ended.length ?? 0) > 0;
  }

  /** Removes markers; those that come meanwhile go with the next request. */
  async remove(jobs: readonly number[]): Promise<void> {
    this.#toRemove.push(...jobs);
    if (this.#isRemoving) return;
    this.#isRemoving = true;
    while (this.#toRemove.length > 0) {
      await this.#timeline.sleep(this.#values.collectMs);
      const batch = this.#toRemove.splice(0, this.#values.keysPerDelete);
      this.removals += 1;
      await this.#timeline.sleep(this.#values.s3WriteMs);
      for (const job of batch) this.#open.delete(job);
    }
    this.#isRemoving = false;
  }
}
