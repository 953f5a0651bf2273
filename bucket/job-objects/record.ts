import { keyOf, RECORD_FILE } from "../../protocol/objects.ts";
import {
  formatRecord,
  type JobRecord,
  parseRecord,
  RECORD_MAX_BYTES,
} from "../../protocol/record.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { untoldIsNone } from "./untold.ts";
import { JSON_TEXT } from "./written-as.ts";

/**
 * Reads the record of a job, for people: one request. Undefined when there is none that can be read, or when it
 * says that it is another prefix's. Any client that may write there can forge it: agent and functions use the
 * agent's own copy (own-record.ts).
 */
export async function readRecord(store: ReadStore, prefix: string): Promise<JobRecord | undefined> {
  // Its readers have seen the state, and may read the record if there is one.
  const text = await readText(store, keyOf(prefix, RECORD_FILE), RECORD_MAX_BYTES).catch(
    untoldIsNone,
  );
  const record = text === undefined ? undefined : parseRecord(text);
  return record?.prefix === prefix ? record : undefined;
}

/** Writes the record of a job under its prefix. */
export async function writeRecord(store: ObjectWriter, record: JobRecord): Promise<void> {
  await store.put(keyOf(record.prefix, RECORD_FILE), formatRecord(record), JSON_TEXT);
}
