import { Budget } from "../../bucket/flow/budget.ts";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { Queue } from "../../bucket/flow/queue.ts";
import type { Limits } from "../../bucket/machine.ts";

/** Facts about jobs that are to be done. */
export interface Steps<Job> {
  /** Its shares of what may be in flight. */
  cost: (job: Job) => number;
  /** All are decided on. */
  onDecided: () => void;
  /** Called at the first failure: what is still under way is for nothing. */
  onFailure: () => void;
  /** Called with 1 when one is decided on, and with -1 when it is done. */
  onWaiting: (job: Job, count: 1 | -1) => void;
}

/**
 * Runs `decide` over all items, ahead of what is done, and `perform` on what it says is to be done, as
 * many as `limits.flight` allows. Neither depends on how many items there are.
 *
 * @throws the first failure of either; nothing runs any more by then
 */
export async function decideThenDo<T, Job>(
  items: AsyncIterable<T>,
  decide: (item: T) => Promise<Job | undefined>,
  perform: (job: Job) => Promise<void>,
  limits: Pick<Limits, "comparisons" | "decidedAhead" | "flight">,
  { cost, onDecided, onFailure, onWaiting }: Steps<Job>,
): Promise<void> {
  const ahead = new Budget(limits.decidedAhead);
  // Jobs that wait are kept as they are: a promise and a closure for each of thousands would be moved by every collection.
  const waiting = new Queue<Job>();
  let inFlight = 0;
  let failure: { error: unknown } | undefined;
  let onIdle = () => {};
  const fail = (error: unknown) => {
    if (!failure) onFailure();
    failure ??= { error };
  };
  const begin = () => {
    for (let job = waiting.first; job !== undefined; job = waiting.first) {
      const share = Math.min(cost(job), limits.flight);
      if (!failure && inFlight + share > limits.flight) return;
      waiting.removeFirst();
      ahead.give(1);
      if (failure) onWaiting(job, -1);
      else void carryOut(job, share);
    }
    if (inFlight === 0) onIdle();
  };
  const carryOut = async (job: Job, share: number) => {
    inFlight += share;
    try {
      await perform(job);
    } catch (error) {
      fail(error);
    }
    onWaiting(job, -1);
    inFlight -= share;
    begin();
  };
  try {
    await eachBounded(items, limits.comparisons, async (item) => {
      const job = await decide(item);
      if (job !== undefined) {
        await ahead.take(1);
        onWaiting(job, 1);
        waiting.add(job);
        begin();
      }
      if (failure) throw failure.error;
    });
    onDecided();
  } catch (error) {
    fail(error);
  }
  if (inFlight > 0) await new Promise<void>((resolve) => (onIdle = resolve));
  if (failure) throw failure.error;
}
