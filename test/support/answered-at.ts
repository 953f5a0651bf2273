import type { MemoryStore } from "./memory-store.ts";

/** Makes a bucket in memory tell the time with each object that it hands out, as S3 does by its header Date. */
export function answeredAt(store: MemoryStore, now: () => Date): void {
  const get = store.get.bind(store);
  store.get = async (key, options) => {
    const got = await get(key, options);
    return got && { ...got, answered: now() };
  };
}
