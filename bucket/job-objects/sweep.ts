import { keyOf, SWEEP_FILE } from "../../protocol/objects.ts";
import { parseSweep, SWEEP_MAX_BYTES, type Sweep } from "../../protocol/sweep.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** Reads the sweep of this name: one request. Undefined when there is none that can be read. */
export async function readSweep(store: ReadStore, name: string): Promise<Sweep | undefined> {
  const text = await readText(store, keyOf(name, SWEEP_FILE), SWEEP_MAX_BYTES);
  return text === undefined ? undefined : parseSweep(text);
}

/** Writes the text of a sweep (formatSweep). */
export async function writeSweep(store: ObjectWriter, name: string, text: string): Promise<void> {
  await store.put(keyOf(name, SWEEP_FILE), text, JSON_TEXT);
}
