import { batchesOf } from "./batches.ts";

/**
 * Runs `task` for each item while the costs of those that run add up to at most `total`; an item that
 * costs more runs alone. After a failure nothing is begun. When this returns or throws nothing runs: no file, buffer or
 * upload is touched after that.
 *
 * @param items `Batches` where they come several at a time
 * @param task undefined: it is done already
 * @throws the first failure, of a task or of `items`
 */
export async function eachBounded<T>(
  items: Iterable<T> | AsyncIterable<T>,
  total: number,
  task: (item: T) => Promise<unknown> | undefined,
  cost: (item: T) => number = () => 1,
): Promise<void> {
  let inUse = 0;
  let failure: { error: unknown } | undefined;
  let onEnd = () => {};
  const roomFor = (share: number) =>
    new Promise<void>((resolve) => {
      onEnd = () => {
        if (inUse + share <= total) resolve();
      };
    });
  const fail = (error: unknown) => {
    failure ??= { error };
  };
  const run = (item: T, share: number) => {
    try {
      const running = task(item);
      if (!running) return;
      inUse += share;
      const end = () => {
        inUse -= share;
        onEnd();
      };
      void running.catch(fail).then(end);
    } catch (error) {
      fail(error);
    }
  };
  try {
    const batches = Symbol.iterator in items ? [items] : batchesOf(items);
    for await (const batch of batches)
      for (const item of batch) {
        const share = Math.min(cost(item), total);
        if (inUse + share > total) await roomFor(share);
        if (failure) throw failure.error;
        run(item, share);
      }
  } catch (error) {
    fail(error);
  }
  if (inUse > 0) await roomFor(total);
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
