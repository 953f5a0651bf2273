import { keyOf, SWEEP_FILE, SWEEP_MAX_BYTES } from "../../protocol/objects.ts";
import { formatSweep, parseSweep, type Sweep } from "../../protocol/sweep.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readObject } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** A sweep's object as it was read or written. */
export interface SweepObject {
  sweep: Sweep;
  etag: string;
}

/** A change meets another client's so often at most, one after the other. */
const CHANGES_MAX = 8;

/** Reads the sweep of this name: one request. Undefined when there is none that can be read. */
export async function readSweep(store: ReadStore, name: string): Promise<Sweep | undefined> {
  return (await readSweepObject(store, name))?.sweep;
}

/** The same with its ETag. */
export async function readSweepObject(
  store: ReadStore,
  name: string,
): Promise<SweepObject | undefined> {
  const got = await readObject(store, keyOf(name, SWEEP_FILE), SWEEP_MAX_BYTES);
  const sweep = got?.bytes && parseSweep(got.bytes.toString("utf8"));
  return got && sweep && { sweep, etag: got.etag };
}

/** Writes the text of a sweep (formatSweep), whatever is there. @returns its ETag */
export async function writeSweep(store: ObjectWriter, name: string, text: string): Promise<string> {
  return (await store.put(keyOf(name, SWEEP_FILE), text, JSON_TEXT)) ?? "";
}

/**
 * Changes a sweep's object, which other clients may change meanwhile: one request, and two more for each time that one does.
 *
 * @param known as it was read or written last
 * @param change from the sweep as it is; undefined: there is nothing to change
 * @returns as it is then; undefined: it is gone, or would be too long, or others change it all the time
 */
export async function changeSweep(
  store: ReadStore & Pick<ObjectWriter, "put">,
  name: string,
  known: SweepObject,
  change: (sweep: Sweep) => Sweep | undefined,
): Promise<SweepObject | undefined> {
  let now: SweepObject | undefined = known;
  for (let left = CHANGES_MAX; left > 0 && now; left--) {
    const sweep = change(now.sweep);
    if (!sweep) return now;
    const text = formatSweep(sweep);
    if (text === undefined) return undefined;
    const put = { ...JSON_TEXT, ifMatch: now.etag };
    const etag: string | undefined = await store.put(keyOf(name, SWEEP_FILE), text, put);
    if (etag !== undefined) return { sweep, etag };
    now = await readSweepObject(store, name);
  }
  return undefined;
}
