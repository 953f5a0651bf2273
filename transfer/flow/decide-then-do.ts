import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { Limits } from "../../bucket/machine.ts";
import { Channel } from "./channel.ts";

/** Thrown among the comparisons when nobody carries out what they decide; never seen outside. */
const STOPPED = new Error("stopped");

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
  { cost, onDecided }: { cost: (job: Job) => number; onDecided: () => void },
): Promise<void> {
  const jobs = new Channel<Job>(limits.decidedAhead);
  let failure: { error: unknown } | undefined;
  const note = (error: unknown) => {
    if (error !== STOPPED) failure ??= { error };
  };
  const deciding = eachBounded(items, limits.comparisons, async (item) => {
    const job = await decide(item);
    if (job !== undefined && !(await jobs.push(job))) throw STOPPED;
  }).then(
    () => {
      onDecided();
      jobs.end();
    },
    (error: unknown) => {
      note(error);
      jobs.fail(error);
    },
  );
  const doing = eachBounded(jobs, limits.flight, perform, cost).catch((error: unknown) => {
    note(error);
    jobs.leave();
  });
  await Promise.all([deciding, doing]);
  if (failure) throw failure.error;
}
