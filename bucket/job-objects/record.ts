import { keyOf, RECORD_FILE } from "../../protocol/objects.ts";
import {
  formatRecord,
  type JobRecord,
  parseRecord,
  RECORD_MAX_BYTES,
} from "../../protocol/record.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** Reads the record of a job: one request. Undefined when there is none, or none that can be read. */
export async function readRecord(store: ReadStore, prefix: string): Promise<JobRecord | undefined> {
  const text = await readText(store, keyOf(prefix, RECORD_FILE), RECORD_MAX_BYTES);
  return text === undefined ? undefined : parseRecord(text);
}

/** Writes the record of a job under its prefix. */
export async function writeRecord(store: ObjectWriter, record: JobRecord): Promise<void> {
  await store.put(keyOf(record.prefix, RECORD_FILE), formatRecord(record), JSON_TEXT);
}
