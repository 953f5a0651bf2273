import { Readable } from "node:stream";
import type { ReadStore } from "../../../bucket/job-objects/read-object.ts";
import type { ObjectFacts, StoredObject } from "../../../bucket/object-store.ts";
import { RECORD_FILE, STATUS_FILE } from "../../../protocol/objects.ts";
import { RECORD_MAX_BYTES } from "../../../protocol/record.ts";
import { FINAL_STATES, parseStatus } from "../../../protocol/state.ts";

/** A job that has ended may be submitted again: it is looked at so often, in milliseconds. */
export const ENDED_EVERY_MS = 60_000;

/** The agent writes the record of a job that has not ended once a minute: it is read so often, in milliseconds. */
export const RECORD_EVERY_MS = 30_000;

interface Kept {
  facts: ObjectFacts;
  bytes: Buffer;
  /** Milliseconds since 1970. */
  readAt: number;
  /** Of a record: the ETag that the status object had then. */
  statusEtag: string | undefined;
}

/**
 * Reads jobs' objects for one who looks again and again, and asks the bucket only for what may have changed: for the status
 * object of a job that has not ended each time, and for everything else now and then. A status object is some bytes long:
 * to ask for it only if it has changed would be a request as well.
 */
export class KeptReads implements ReadStore {
  readonly #store: ReadStore;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  /** @param now milliseconds since 1970 */
  constructor(store: ReadStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  get list(): ReadStore["list"] {
    return this.#store.list.bind(this.#store);
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const kept = this.#kept.get(key);
    if (kept && this.#isFresh(key, kept))
      return { ...kept.facts, body: Readable.from([kept.bytes]) };
    const got = await this.#store.get(key);
    this.#kept.delete(key);
    if (!got || got.size > RECORD_MAX_BYTES) return got;
    const { body, ...facts } = got;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const statusEtag = this.#statusOf(key)?.facts.etag;
    this.#kept.set(key, { facts, bytes, readAt: this.#now(), statusEtag });
    return { ...facts, body: Readable.from([bytes]) };
  }

  #isFresh(key: string, { bytes, readAt, statusEtag }: Kept): boolean {
    const age = this.#now() - readAt;
    if (key.endsWith(`/${STATUS_FILE}`)) return isFinal(bytes) && age < ENDED_EVERY_MS;
    const status = this.#statusOf(key);
    if (status?.facts.etag !== statusEtag) return false;
    return age < RECORD_EVERY_MS || (status !== undefined && isFinal(status.bytes));
  }

  #statusOf(key: string): Kept | undefined {
    if (!key.endsWith(`/${RECORD_FILE}`)) return undefined;
    return this.#kept.get(key.slice(0, -RECORD_FILE.length) + STATUS_FILE);
  }
}

function isFinal(status: Buffer): boolean {
  const state = parseStatus(status);
  return state !== undefined && FINAL_STATES.has(state);
}
