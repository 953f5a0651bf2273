/**
 * Things that come several at a time, and can be had one by one. A step of an asynchronous generator costs some microseconds,
 * which for each of thousands is as much as a call of the file system.
 */
export class Batches<T> implements AsyncIterable<T> {
  /** None of them is empty. */
  readonly all: AsyncIterable<readonly T[]>;

  constructor(all: AsyncIterable<readonly T[]>) {
    this.all = all;
  }

  /** The same with each item changed; those that become undefined are left out. */
  map<R>(change: (item: T) => R | undefined): Batches<R> {
    return new Batches(changed(this.all, change));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const batch of this.all) for (const item of batch) yield item;
  }
}

/** Items as they come together, where they do; else each by itself. */
export function batchesOf<T>(items: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  return items instanceof Batches ? (items as Batches<T>).all : eachAlone(items);
}

async function* changed<T, R>(
  batches: AsyncIterable<readonly T[]>,
  change: (item: T) => R | undefined,
): AsyncGenerator<readonly R[]> {
  for await (const batch of batches) {
    const some: R[] = [];
    for (const item of batch) {
      const one = change(item);
      if (one !== undefined) some.push(one);
    }
    if (some.length > 0) yield some;
  }
}

async function* eachAlone<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  for await (const item of items) yield [item];
}
