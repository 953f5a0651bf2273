import { Budget } from "../../bucket/flow/budget.ts";
import type { Values } from "./quotas.ts";
import type { Timeline } from "./timeline.ts";

/** When a job got where, milliseconds since the beginning. */
export interface JobTimes {
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
  readonly #journal = new Budget(1);
  readonly #thread = new Budget(1);
  readonly #transfers: Budget;
  readonly #sbatches: Budget;
  readonly #cpus: Budget;
  #toRemove: number[] = [];
  #isRemoving = false;
  /** Pages of listings. */
  listed = 0;
  /** Requests that remove markers. */
  removals = 0;

  constructor(timeline: Timeline, values: Values, jobs: readonly JobTimes[]) {
    this.#timeline = timeline;
    this.#values = values;
    this.#jobs = jobs;
    this.#transfers = new Budget(values.transfersAtOnce);
    this.#sbatches = new Budget(values.sbatchesAtOnce);
    this.#cpus = new Budget(values.cpus);
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
  async take(jobs: readonly number[]): Promise<number> {
    const news = jobs.filter((job) => !this.#known.has(job));
    for (const job of news) this.#known.add(job);
    await this.#journal.spend(1, async () => {
      for (const job of news) {
        await this.#timeline.sleep(this.#values.journalMs);
        this.#jobs[job]?.taken.push(this.#timeline.now());
        this.#timeline.spawn(() => this.#goThrough(job));
      }
    });
    return news.length;
  }

  async #goThrough(job: number): Promise<void> {
    const { agentCpuMs, transferMs, sbatchMs, jobMs } = this.#values;
    const { sleep, now } = this.#timeline;
    const times = this.#jobs[job];
    const think = () => this.#thread.spend(1, () => sleep(agentCpuMs / 2));
    const transfer = () => this.#transfers.spend(1, () => sleep(transferMs));
    await think();
    await transfer();
    await this.#sbatches.spend(1, () => sleep(sbatchMs));
    times?.submitted.push(now());
    await this.#cpus.spend(1, () => sleep(jobMs));
    await think();
    await transfer();
    times?.ended.push(now());
    this.#toRemove.push(job);
    await this.#remove();
  }

  /** Those that have ended meanwhile go with the next request. */
  async #remove(): Promise<void> {
    if (this.#isRemoving) return;
    this.#isRemoving = true;
    while (this.#toRemove.length > 0) {
      const batch = this.#toRemove.splice(0, this.#values.keysPerDelete);
      this.removals += 1;
      await this.#timeline.sleep(this.#values.s3WriteMs);
      for (const job of batch) this.#open.delete(job);
    }
    this.#isRemoving = false;
  }
}
