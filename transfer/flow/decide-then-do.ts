import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { Queue } from "../../bucket/flow/queue.ts";
import type { Limits } from "../../bucket/machine.ts";

/** Facts about jobs that are to be done. */
export interface Steps<Job> {
  /** Its shares of what may be in flight. */
  cost: (job: Job) => number;
  /** So many jobs of one share are done at a time at most; it may change. */
  smallMost: () => number;
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
 * @param items `Batches` where they come several at a time
 * @throws the first failure of either; nothing runs any more by then
 */
export async function decideThenDo<T, Job>(
  items: Iterable<T> | AsyncIterable<T>,
  decide: (item: T) => Job | undefined | Promise<Job | undefined>,
  perform: (job: Job) => Promise<void>,
  limits: Pick<Limits, "comparisons" | "decidedAhead" | "flight">,
  { cost, smallMost, onDecided, onFailure, onWaiting }: Steps<Job>,
): Promise<void> {
  // Jobs that wait are kept as they are: a promise and a closure for each of thousands would be moved by every collection.
  const waiting = new Queue<Job>();
  let [ahead, inFlight, small] = [0, 0, 0];
  /** Of the first that waits; 0: not known yet. */
  let share = 0;
  let failure: { error: unknown } | undefined;
  let onIdle = () => {};
  let [room, onRoom]: [Promise<void> | undefined, () => void] = [undefined, () => {}];
  const fail = (error: unknown) => {
    if (!failure) onFailure();
    failure ??= { error };
  };
  const begin = () => {
    for (let job = waiting.first; job !== undefined; job = waiting.first) {
      share ||= Math.min(cost(job), limits.flight);
      const isFull = inFlight + share > limits.flight || (share === 1 && small >= smallMost());
      if (isFull && !failure && inFlight > 0) return;
      waiting.removeFirst();
      ahead -= 1;
      if (ahead < limits.decidedAhead) onRoom();
      if (failure) onWaiting(job, -1);
      else void carryOut(job, share);
      share = 0;
    }
    if (inFlight === 0) onIdle();
  };
  const carryOut = async (job: Job, its: number) => {
    inFlight += its;
    if (its === 1) small += 1;
    try {
      await perform(job);
    } catch (error) {
      fail(error);
    }
    onWaiting(job, -1);
    inFlight -= its;
    if (its === 1) small -= 1;
    begin();
  };
  const decided = (job: Job | undefined): Promise<void> | undefined => {
    if (failure) throw failure.error;
    if (job === undefined) return undefined;
    onWaiting(job, 1);
    waiting.add(job);
    ahead += 1;
    begin();
    // One more is decided on when there is room for it.
    if (ahead < limits.decidedAhead) return undefined;
    return (room ??= new Promise((resolve) => {
      onRoom = () => {
        room = undefined;
        resolve();
      };
    }));
  };
  try {
    await eachBounded(items, limits.comparisons, (item) => {
      const job = decide(item);
      return job instanceof Promise ? job.then(decided) : decided(job);
    });
    onDecided();
  } catch (error) {
    fail(error);
  }
  if (inFlight > 0) await new Promise<void>((resolve) => (onIdle = resolve));
  if (failure) throw failure.error;
}
