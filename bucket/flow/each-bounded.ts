import { Budget } from "./budget.ts";

/**
 * Runs `task` for each item while the costs of those that run add up to at most `total`; an item that
 * costs more runs alone. After a failure nothing is begun. When this returns or throws nothing runs: no file, buffer or
 * upload is touched after that.
 *
 * @throws the first failure, of a task or of `items`
 */
export async function eachBounded<T>(
  items: Iterable<T> | AsyncIterable<T>,
  total: number,
  task: (item: T) => Promise<unknown>,
  cost: (item: T) => number = () => 1,
): Promise<void> {
  const budget = new Budget(total);
  let failure: { error: unknown } | undefined;
  const run = async (item: T, share: number) => {
    try {
      await task(item);
    } catch (error) {
      failure ??= { error };
    }
    budget.give(share);
  };
  try {
    for await (const item of items) {
      const share = await budget.take(cost(item));
      if (failure) {
        budget.give(share);
        break;
      }
      void run(item, share);
    }
  } catch (error) {
    failure ??= { error };
  }
  await budget.take(total);
  if (failure) throw failure.error;
}

/** The results of `task` for all items, in their order, with at most `total` running; otherwise as `eachBounded`. */
export async function mapBounded<T, R>(
  items: readonly T[],
  total: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  await eachBounded(items.entries(), total, async ([index, item]) => {
    results[index] = await task(item);
  });
  return results;
}
