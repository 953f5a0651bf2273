import { SYSTEM_FOLDER } from "../../protocol/objects.ts";
import type { ObjectLister } from "../object-store.ts";

/**
 * The first path segments of all keys but the system's own, a thousand to a request. Any client may have
 * written them: not all name a job.
 *
 * @param start what they begin with
 */
export async function* listPrefixes(store: ObjectLister, start = ""): AsyncGenerator<string> {
  for await (const entry of store.list(start, { delimiter: "/" }))
    if ("commonPrefix" in entry && entry.commonPrefix !== SYSTEM_FOLDER)
      yield entry.commonPrefix.slice(0, -1);
}
