import { writeMarker } from "../../bucket/job-objects/marker.ts";
import { readOwnRecord, removeOwnRecord } from "../../bucket/job-objects/own-record.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { pendingKey } from "../../protocol/marker.ts";
import { OWN_RECORDS_FOLDER, prefixOfOwnRecord } from "../../protocol/own-record.ts";
import type { Journal } from "../journal/journal.ts";

/**
 * Turns what an agent of an earlier version noted of the jobs that Slurm has into pending markers, which stand for
 * everything that is open now. One listing, and four requests for each such job.
 */
export async function takeEarlierRecords(
  store: ObjectStore,
  journal: Journal,
  now: () => Date,
): Promise<void> {
  for await (const { key } of store.list(OWN_RECORDS_FOLDER)) {
    const prefix = prefixOfOwnRecord(key);
    if (prefix === undefined) continue;
    const record = await readOwnRecord(store, prefix);
    const submission = record?.submission;
    const entry = submission === undefined ? undefined : await journal.get(prefix, submission);
    if (record && entry?.phase !== "done") {
      const request = { prefix, submission: record.submission, action: "run" } as const;
      await writeMarker(store, {
        version: 1,
        ...request,
        requestedAt: record.times.requested ?? now().toISOString(),
        requester: record.requester,
        dispatcher: "agent",
      });
      if (entry) await journal.update(entry, () => ({ markers: [pendingKey(request)] }));
    }
    await removeOwnRecord(store, prefix);
  }
}
