import { buffer } from "node:stream/consumers";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import {
  type Action,
  JOB_ID_FILE,
  keyOf,
  pendingKey,
  RECORD_FILE,
  SBATCH_OUTPUT_FILE,
  STATUS_FILE,
} from "../../protocol/objects.ts";
import { formatRecord, type JobRecord, parseRecord } from "../../protocol/record.ts";
import { formatStatus, parseStatus, STATUS_MAX_BYTES, type State } from "../../protocol/state.ts";
import type { StatusVersion } from "../../protocol/submission.ts";

/** A status object as it is now. */
export interface StatusObject extends StatusVersion {
  /** undefined: the object holds no known state. */
  state: State | undefined;
  etag: string;
}

const TEXT = { contentType: "text/plain; charset=utf-8" };
const JSON_TEXT = { contentType: "application/json" };

/** The protocol's objects of a job, as the Head Node reads and writes them. */
export class JobObjects {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The status object; undefined when there is none. */
  async readStatus(prefix: string): Promise<StatusObject | undefined> {
    const got = await this.#store.get(keyOf(prefix, STATUS_FILE));
    if (!got) return undefined;
    const { body, size, etag, versionId, lastModified, metadata } = got;
    const seen = { etag, versionId, lastModified, metadata };
    if (size > STATUS_MAX_BYTES) {
      body.destroy();
      return { ...seen, state: undefined };
    }
    return { ...seen, state: parseStatus(await buffer(body)) };
  }

  /**
   * Writes the state.
   *
   * @param ifMatch only if the status object still has this ETag
   * @returns "conflict" when it has not
   */
  async writeStatus(
    prefix: string,
    state: State,
    ifMatch?: string,
  ): Promise<"written" | "conflict"> {
    const done = await this.#store.put(keyOf(prefix, STATUS_FILE), formatStatus(state), {
      ...TEXT,
      ...(ifMatch !== undefined && { ifMatch }),
    });
    return done === undefined ? "conflict" : "written";
  }

  async readRecord(prefix: string): Promise<JobRecord | undefined> {
    const got = await this.#store.get(keyOf(prefix, RECORD_FILE));
    return got && parseRecord((await buffer(got.body)).toString("utf8"));
  }

  async writeRecord(record: JobRecord): Promise<void> {
    await this.#store.put(keyOf(record.prefix, RECORD_FILE), formatRecord(record), JSON_TEXT);
  }

  async writeSbatchOutput(prefix: string, output: string): Promise<void> {
    await this.#store.put(keyOf(prefix, SBATCH_OUTPUT_FILE), output, TEXT);
  }

  async writeJobId(prefix: string, jobId: string): Promise<void> {
    await this.#store.put(keyOf(prefix, JOB_ID_FILE), `${jobId}\n`, TEXT);
  }

  /** Notes in a request's marker that it is being worked on, so that nobody gives it up. */
  async keepPending(marker: PendingMarker): Promise<void> {
    const { prefix, action, submission } = marker;
    const key = pendingKey(prefix, action, submission);
    await this.#store.put(key, JSON.stringify(marker), JSON_TEXT);
  }

  /** Removes the marker of a request that has its answer. */
  async clearPending(prefix: string, action: Action, submission: string): Promise<void> {
    await this.#store.delete(pendingKey(prefix, action, submission));
  }
}
