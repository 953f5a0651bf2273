import type { ObjectStore } from "../../bucket/object-store.ts";

/**
 * The time now by S3's clock: what times of objects, and of records that others wrote, are compared with. Before S3 has
 * answered anything it is this machine's, which may be wrong by hours.
 */
export function bucketNow({
  store,
  now,
}: {
  store: Pick<ObjectStore, "clock">;
  now: () => Date;
}): Date {
  return store.clock?.() ?? now();
}
