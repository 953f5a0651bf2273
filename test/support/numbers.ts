/** Counts up; `onTaken` is told of each number before it is given. */
export async function* numbers(count: number, onTaken = (_n: number) => {}) {
  for (let n = 0; n < count; n++) {
    onTaken(n);
    yield n;
  }
}

/** Lets everything run that can. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
