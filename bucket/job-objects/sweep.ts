import { keyOf, SWEEP_FILE } from "../../protocol/objects.ts";
import { parseSweep, SWEEP_MAX_BYTES, type Sweep } from "../../protocol/sweep.ts";
import type { ObjectStore, ObjectWriter } from "../object-store.ts";
import { peekObject, type ReadStore, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** Reads the sweep of this name: one request. Undefined when there is none that can be read. */
export async function readSweep(store: ReadStore, name: string): Promise<Sweep | undefined> {
  const text = await readText(store, keyOf(name, SWEEP_FILE), SWEEP_MAX_BYTES);
  return text === undefined ? undefined : parseSweep(text);
}

/** Whether there is a sweep of this name, or what a newer version wrote for one: one request, without what it holds. */
export async function isSweep(
  store: Pick<ObjectStore, "get" | "list">,
  name: string,
): Promise<boolean> {
  return (await peekObject(store, keyOf(name, SWEEP_FILE), SWEEP_MAX_BYTES)) !== undefined;
}

/** Writes the text of a sweep (formatSweep). */
export async function writeSweep(store: ObjectWriter, name: string, text: string): Promise<void> {
  await store.put(keyOf(name, SWEEP_FILE), text, JSON_TEXT);
}
