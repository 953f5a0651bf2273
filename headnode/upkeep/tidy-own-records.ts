import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import {
  listOwnRecords,
  readOwnRecord,
  removeOwnRecord,
} from "../../bucket/job-objects/own-record.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import type { Journal } from "../journal/journal.ts";

export interface TidyOwnRecordsOptions {
  store: ObjectStore;
  journal: Journal;
  /** Copies of jobs that ended before this are removed. */
  before: Date;
}

/**
 * Removes the agent's own copies of records of jobs that ended long ago, also of those that a journal before
 * this one knew. Only old ones are read.
 */
export async function tidyOwnRecords(options: TidyOwnRecordsOptions): Promise<void> {
  const { store, journal, before } = options;
  await eachBounded(listOwnRecords(store), 8, async ({ prefix, written }) => {
    if (!written || written >= before || journal.activeOf(prefix)) return;
    const record = await readOwnRecord(store, prefix);
    // One that has not ended may be a job's that Slurm still has: it is what that is taken over by.
    const isOver = !record || FINAL_STATES.has(record.state);
    // A new submission may have come while it was read.
    if (isOver && !journal.activeOf(prefix)) await removeOwnRecord(store, prefix);
  });
}
