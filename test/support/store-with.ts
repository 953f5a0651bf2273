import { MemoryStore } from "./memory-store.ts";

/** A bucket whose prefix `job` holds these keys; the requests until then are not counted. */
export async function storeWith(...keys: string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const key of keys) await store.put(`job/${key}`, `content of ${key}`);
  store.requests = {};
  return store;
}
