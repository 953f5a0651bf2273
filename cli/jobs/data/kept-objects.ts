import { mapAhead } from "../../../bucket/flow/map-ahead.ts";
import type { DatasetObject } from "../../../bucket/job-objects/dataset.ts";
import type { ListOptions, ObjectEntry, ObjectStore } from "../../../bucket/object-store.ts";
import { readKeyOf } from "../../../protocol/read-key.ts";

/** Objects that are asked for their read key at a time. */
const AT_ONCE = 32;

/** S3 tells times in whole seconds; and the data set was written after its objects. */
const SURELY_BEFORE_MS = 2000;

/** An object that is there, and its read key, which no listing tells. */
export interface KeptObject {
  etag: string;
  readKey: string;
  version?: string | undefined;
}

/**
 * A store that lists only those objects of a data set of which the read key is known: the others are as good as not
 * there, and are sent again. The data set's own word counts for what is surely as old as it; what another put, an
 * interrupted one or another program has written since is asked, one request each.
 *
 * @param kept filled with what is there, by path; what is written over leaves it
 */
export function withReadKeys(
  store: ObjectStore,
  name: string,
  before: DatasetObject | undefined,
  kept: Map<string, KeptObject>,
): ObjectStore {
  const pathOf = (key: string) => key.slice(name.length + 1);
  const look = async (entry: ObjectEntry): Promise<ObjectEntry | undefined> => {
    const found = wordOf(before, pathOf(entry.key), entry) ?? (await ask(store, entry));
    if (!found) return undefined;
    kept.set(pathOf(entry.key), found);
    return entry;
  };
  async function* list(prefix: string, options?: ListOptions) {
    if (options) throw new Error("a data set is listed whole");
    for await (const entry of mapAhead(store.list(prefix), AT_ONCE, look)) if (entry) yield entry;
  }
  return {
    list: list as ObjectStore["list"],
    versions: store.versions.bind(store),
    get: (key, options) => store.get(key, options),
    delete: (key) => store.delete(key),
    deleteMany: (keys) => store.deleteMany(keys),
    proof: (key, etag) => store.proof(key, etag),
    getFile: (key, path, options) => store.getFile(key, path, options),
    put: (key, body, options) => {
      kept.delete(pathOf(key));
      return store.put(key, body, options);
    },
    putFile: (path, key, size, options) => {
      kept.delete(pathOf(key));
      return store.putFile(path, key, size, options);
    },
  };
}

/** The word of the data set on an object that has surely not been written since; undefined: nothing. */
function wordOf(
  before: DatasetObject | undefined,
  path: string,
  { etag, lastModified }: ObjectEntry,
): KeptObject | undefined {
  if (!before?.dataset || typeof before.dataset === "string") return undefined;
  const said = before.dataset.inputs.get(path);
  if (said?.etag !== etag || !lastModified || !before.lastModified) return undefined;
  return lastModified.getTime() + SURELY_BEFORE_MS < before.lastModified.getTime()
    ? said
    : undefined;
}

/** Asks the object itself; undefined: it has no read key, or is another one by now. */
async function ask(
  store: ObjectStore,
  { key, etag }: ObjectEntry,
): Promise<KeptObject | undefined> {
  const got = await store.get(key, { range: { start: 0, end: 1 }, ifMatch: etag });
  got?.body.destroy();
  const readKey = readKeyOf(got?.metadata);
  if (!got || readKey === undefined) return undefined;
  const { versionId } = got;
  const version = versionId === "null" ? undefined : versionId;
  return { etag, readKey, ...(version !== undefined && { version }) };
}
