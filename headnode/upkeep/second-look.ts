import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { YOUNG_MS } from "../steps/await-end.ts";

/** Between a change and the next look. Once it is as long as this, the journal is compared with Slurm anyway. */
const WAIT: BackOff = { firstMs: YOUNG_MS + 1000, maxMs: 48_000 };

/** Of many that wait, each is looked at later: a look at each of them costs a record. */
const EACH_MS = 50;

/** Between two looks at a job that is on its way out: its nodes may take a while. */
const COMPLETING_MS = 2_000;

/**
 * Has a job looked at again of which Slurm cannot say yet why it waits: one that it has just taken, or has just
 * put back into the queue; and one that is on its way out. A user wants to see the reason at once, not when the
 * journal is next compared with Slurm.
 */
export class SecondLook {
  readonly #look: (entry: JobEntry) => void;
  readonly #timers = new Map<JobEntry, NodeJS.Timeout>();

  constructor(look: (entry: JobEntry) => void) {
    this.#look = look;
  }

  /** Called with each change of an entry. */
  see(entry: JobEntry): void {
    const isClear = !isUnclear(entry);
    const isCompleting = entry.slurm?.state === "COMPLETING";
    if (this.#timers.has(entry) && !isClear && !isCompleting) return;
    clearTimeout(this.#timers.get(entry));
    this.#timers.delete(entry);
    if (!isClear) this.#schedule(entry, 0);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** @param looks so many came before, for the same reason */
  #schedule(entry: JobEntry, looks: number): void {
    const isCompleting = entry.slurm?.state === "COMPLETING";
    const wait = backOff(WAIT, looks);
    const apart = Math.min(this.#timers.size * EACH_MS, WAIT.maxMs);
    const ms = isCompleting ? COMPLETING_MS : wait + apart;
    const timer = setTimeout(() => {
      this.#timers.delete(entry);
      if (!isUnclear(entry)) return;
      this.#look(entry);
      if (wait < WAIT.maxMs) this.#schedule(entry, isCompleting ? 0 : looks + 1);
    }, ms);
    this.#timers.set(entry, timer.unref());
  }
}

function isUnclear({ phase, slurm }: JobEntry): boolean {
  if (phase !== "running") return false;
  const waits = slurm?.state === "PENDING" || slurm?.state === "REQUEUED";
  if (slurm?.state === "COMPLETING") return true;
  return slurm?.state === undefined || (waits && slurm.reason === undefined);
}
