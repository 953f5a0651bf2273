/**
 * Runs `task` for each item while the costs of those that run add up to at most `total`; an item that
 * costs more runs alone. After a failure nothing is begun; when this returns or throws, nothing runs.
 *
 * @throws the first failure, of a task or of `items`
 */
export async function eachBounded<T>(
  items: AsyncIterable<T>,
  total: number,
  task: (item: T) => Promise<void>,
  cost: (item: T) => number = () => 1,
): Promise<void> {
  const flight = { inUse: 0 };
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  const change = () => new Promise<void>((resolve) => (wake = resolve));
  const run = async (item: T, share: number) => {
    try {
      await task(item);
    } catch (error) {
      failure ??= { error };
    }
    flight.inUse -= share;
    wake();
  };
  try {
    for await (const item of items) {
      const share = Math.min(cost(item), total);
      while (flight.inUse + share > total) await change();
      if (failure) break;
      flight.inUse += share;
      void run(item, share);
    }
  } catch (error) {
    failure ??= { error };
  }
  while (flight.inUse > 0) await change();
  if (failure) throw failure.error;
}
