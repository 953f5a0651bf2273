import { SYSTEM_FOLDER } from "../../protocol/objects.ts";
import type { ObjectLister } from "../object-store.ts";

/**
 * The first path segments of all keys but the system's own, a thousand to a request. They are what somebody has
 * written: not each may name a job.
 *
 * @param start what they begin with
 */
export async function* listPrefixes(store: ObjectLister, start = ""): AsyncGenerator<string> {
  for await (const entry of store.list(start, { delimiter: "/" }))
    if ("commonPrefix" in entry && entry.commonPrefix !== SYSTEM_FOLDER)
      yield entry.commonPrefix.slice(0, -1);
}
