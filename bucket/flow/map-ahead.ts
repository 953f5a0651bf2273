/**
 * The results of `task` for all items of a source, in their order, with at most `most` running ahead of the reader.
 *
 * @throws the first failure, of a task or of the source, when the reader comes to it
 */
export async function* mapAhead<T, R>(
  source: AsyncIterable<T>,
  most: number,
  task: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for await (const item of source) {
    const one = task(item);
    // It is awaited later, if at all.
    one.catch(() => undefined);
    running.push(one);
    const first = running.length >= most ? running.shift() : undefined;
    if (first) yield await first;
  }
  for (const one of running) yield await one;
}
