import { Budget } from "../../bucket/flow/budget.ts";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { Limits } from "../../bucket/machine.ts";

/** Facts about jobs that are to be done. */
export interface Steps<Job> {
  /** Its shares of what may be in flight. */
  cost: (job: Job) => number;
  /** All are decided on. */
  onDecided: () => void;
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
  { cost, onDecided, onWaiting }: Steps<Job>,
): Promise<void> {
  const ahead = new Budget(limits.decidedAhead);
  const flight = new Budget(limits.flight);
  let failure: { error: unknown } | undefined;
  const carryOut = async (job: Job, place: number) => {
    onWaiting(job, 1);
    const share = await flight.take(cost(job));
    ahead.give(place);
    try {
      if (!failure) await perform(job);
    } catch (error) {
      failure ??= { error };
    }
    onWaiting(job, -1);
    flight.give(share);
  };
  try {
    await eachBounded(items, limits.comparisons, async (item) => {
      const job = await decide(item);
      if (job !== undefined) void carryOut(job, await ahead.take(1));
      if (failure) throw failure.error;
    });
    onDecided();
  } catch (error) {
    failure ??= { error };
  }
  // Every job ahead of this is done, or left undone, by now.
  await flight.take(limits.flight);
  if (failure) throw failure.error;
}
