import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { Channel } from "./channel.ts";

/** Comparisons at a time: they read the disk, and more do not make it faster. */
const DECIDING_AT_ONCE = 16;

/** Jobs that are decided on and wait: as far as a plan is ahead of what is done. */
const DECIDED_AHEAD = 4096;

/** Thrown among the comparisons when nobody carries out what they decide; never seen outside. */
const STOPPED = new Error("stopped");

/**
 * Runs `decide` over all items, ahead of what is done, and `perform` on what it says is to be done, as
 * many as `total` allows. Neither depends on how many items there are.
 *
 * @throws the first failure of either; nothing runs any more by then
 */
export async function decideThenDo<T, Job>(
  items: AsyncIterable<T>,
  decide: (item: T) => Promise<Job | undefined>,
  perform: (job: Job) => Promise<void>,
  limits: { total: number; cost: (job: Job) => number; onDecided: () => void },
): Promise<void> {
  const jobs = new Channel<Job>(DECIDED_AHEAD);
  let failure: { error: unknown } | undefined;
  const note = (error: unknown) => {
    if (error !== STOPPED) failure ??= { error };
  };
  const deciding = eachBounded(items, DECIDING_AT_ONCE, async (item) => {
    const job = await decide(item);
    if (job !== undefined && !(await jobs.push(job))) throw STOPPED;
  }).then(
    () => {
      limits.onDecided();
      jobs.end();
    },
    (error: unknown) => {
      note(error);
      jobs.fail(error);
    },
  );
  const doing = eachBounded(jobs, limits.total, perform, limits.cost).catch((error: unknown) => {
    note(error);
    jobs.leave();
  });
  await Promise.all([deciding, doing]);
  if (failure) throw failure.error;
}
