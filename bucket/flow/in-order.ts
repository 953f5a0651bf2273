import { Budget } from "./budget.ts";

/**
 * Runs `task` for each item with at most `total` at a time, and hands each result on in the order of the items, as soon as
 * its turn comes. After a failure nothing is begun; the results of those that had begun are handed on. When this throws
 * nothing runs.
 *
 * @throws the failure of the first item that has failed
 */
export async function inOrder<T, R>(
  items: readonly T[],
  total: number,
  task: (item: T) => Promise<R>,
  onResult: (result: R, item: T) => void,
): Promise<void> {
  const budget = new Budget(total);
  let failed: { error: unknown; index: number } | undefined;
  const fail = (error: unknown, index: number) => {
    if (!failed || index < failed.index) failed = { error, index };
  };
  /** Results that wait for their turn, by index; undefined: there is none to come. */
  const done = new Map<number, (() => void) | undefined>();
  let next = 0;
  const handOn = () => {
    for (; done.has(next); next++) {
      done.get(next)?.();
      done.delete(next);
    }
  };
  const run = async (item: T, index: number) => {
    try {
      const result = await task(item);
      done.set(index, () => onResult(result, item));
    } catch (error) {
      fail(error, index);
      done.set(index, undefined);
    }
    try {
      handOn();
    } catch (error) {
      fail(error, index);
    }
    budget.give(1);
  };
  for (const [index, item] of items.entries()) {
    await budget.take(1);
    if (failed) {
      budget.give(1);
      break;
    }
    void run(item, index);
  }
  await budget.take(total);
  if (failed) throw failed.error;
}
