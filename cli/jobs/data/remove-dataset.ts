import { readDataset, writeIncomplete } from "../../../bucket/job-objects/dataset.ts";
import { DATASET_FILE, keyOf } from "../../../protocol/objects.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { notDataset } from "./not-dataset.ts";

/** Keys that S3 removes by one request. */
const BATCH = 1000;

/** A data set that was removed. */
export interface RemovedDataset {
  name: string;
  /** Objects that were removed, the data set's own among them. */
  objects: number;
}

/**
 * Looks whether a name is a data set's that may be removed: three requests.
 *
 * @throws CloudSubmitError `usage` when there is none, or a job or a sweep has its name
 */
export async function checkRemovable(
  { store }: Pick<Context, "store">,
  name: string,
): Promise<string> {
  const other = await notDataset(store, name);
  if (other) throw other;
  const found = await readDataset(store, name);
  if (!found) throw new CommandError("usage", (say) => say("data.none", { name }));
  return found.etag;
}

/**
 * Removes a data set. First its name stands for nothing any more, so that nobody can name half of it; the object that
 * says so goes last, so that a removal which was interrupted can be repeated.
 *
 * @throws CloudSubmitError `usage` when another client has put it meanwhile, or a job or a sweep has its name; `aws` when S3 does not let an object go
 */
export async function removeDataset(
  { store, secret }: Pick<Context, "store" | "secret">,
  name: string,
  etag: string,
): Promise<RemovedDataset> {
  // The user was asked meanwhile.
  const other = await notDataset(store, name);
  if (other) throw other;
  const mark = { incomplete: "removed", id: secret() } as const;
  if ((await writeIncomplete(store, name, mark, etag)) === undefined)
    throw new CommandError("usage", (say) => say("data.taken", { name }));
  const own = keyOf(name, DATASET_FILE);
  let objects = 0;
  let keys: string[] = [];
  const removeAll = async () => {
    const [refused] = await store.deleteMany(keys);
    if (refused)
      throw new CommandError("aws", (say) =>
        say("data.stays", { key: JSON.stringify(refused.key), why: refused.code }),
      );
    objects += keys.length;
    keys = [];
  };
  for await (const { key } of store.list(`${name}/`)) {
    if (key === own) continue;
    keys.push(key);
    if (keys.length === BATCH) await removeAll();
  }
  if (keys.length > 0) await removeAll();
  await store.delete(own);
  return { name, objects: objects + 1 };
}
