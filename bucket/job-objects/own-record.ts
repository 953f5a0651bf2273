import { type OwnRecord, ownRecordKey, parseOwnRecord } from "../../protocol/own-record.ts";
import { RECORD_MAX_BYTES } from "../../protocol/record.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { removeIfAllowed } from "./remove-if-allowed.ts";

/** The agent's own copy of the record of a prefix's job: one request. Undefined when there is none that can be read. */
export async function readOwnRecord(
  store: ReadStore,
  prefix: string,
): Promise<OwnRecord | undefined> {
  const text = await readText(store, ownRecordKey(prefix), RECORD_MAX_BYTES);
  const record = text === undefined ? undefined : parseOwnRecord(text);
  return record?.prefix === prefix ? record : undefined;
}

/** Removes the copy of a prefix's record, if there is one. */
export async function removeOwnRecord(store: ObjectWriter, prefix: string): Promise<void> {
  await removeIfAllowed(store, ownRecordKey(prefix));
}
