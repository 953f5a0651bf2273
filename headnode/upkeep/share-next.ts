/**
 * Makes one run answer all that wait for it. Who calls while a run is on its way shares the next one with
 * all others who do, and never the one that had begun before the call: what it answers is not older than that.
 */
export function shareNext<T>(run: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= current.then(() => {
      const begun = run();
      next = undefined;
      current = begun.catch(() => undefined);
      return begun;
    });
    return next;
  };
}
