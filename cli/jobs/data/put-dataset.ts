import { stat } from "node:fs/promises";
import { readDataset, writeDataset, writeIncomplete } from "../../../bucket/job-objects/dataset.ts";
import { untoldIsNone } from "../../../bucket/job-objects/untold.ts";
import { type DataInput, type Dataset, sizeOf } from "../../../protocol/dataset.ts";
import { INPUTS_MAX, type Input } from "../../../protocol/manifest.ts";
import { DATASET_FILE, keyOf, PROTOCOL_FILES } from "../../../protocol/objects.ts";
import { READ_KEY_METADATA } from "../../../protocol/read-key.ts";
import type { FileReason } from "../../../protocol/record.ts";
import { readIgnoreRules } from "../../../transfer/names/ignore-rules.ts";
import { uploadFolder } from "../../../transfer/upload.ts";
import type { Context } from "../../context.ts";
import { asUsage, CommandError } from "../../errors/command-error.ts";
import { Deletions } from "../../ui/deletions.ts";
import { Progress } from "../../ui/progress.ts";
import { refuseSkipped } from "../carry-source.ts";
import { timeOfPrefix } from "../job-name.ts";
import { type KeptObject, withReadKeys } from "./kept-objects.ts";
import { notDataset } from "./not-dataset.ts";

/** A data set that was put. */
export interface PutDataset {
  name: string;
  /** Of the whole set. */
  files: number;
  bytes: number;
  sent: { files: number; bytes: number };
  unchanged: number;
  /** Objects that were removed because their files are gone. */
  deleted: number;
  /** Objects of the set as it was before that are others now, or gone. */
  replaced: number;
  keepsVersions: boolean;
  notes: readonly FileReason[];
}

/**
 * Makes a data set of a folder: sends what differs, then, last of all, says what it holds. Until then it is the one that
 * it was before, or, the first time, none.
 *
 * @throws CloudSubmitError when the name is a job's or a sweep's, a file cannot be sent, or another client has put or removed it
 * meanwhile
 */
export async function putDataset(
  context: Context,
  folder: string,
  name: string,
  options: { delete?: boolean | undefined },
): Promise<PutDataset> {
  const { store } = context;
  if (timeOfPrefix(name)) throw new CommandError("usage", (say) => say("data.nameOfJob", { name }));
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new CommandError("usage", (say) => say("data.noFolder", { path: folder }));
  const other = await notDataset(store, name);
  if (other) throw other;
  const found = await readDataset(store, name).catch(untoldIsNone);
  if (found && found.dataset === undefined)
    throw new CommandError("usage", (say) =>
      say("data.unreadable", { name, key: keyOf(name, DATASET_FILE) }),
    );
  // Whatever is sent could be removed with the rest.
  if (found?.dataset === "removed")
    throw new CommandError("usage", (say) => say("data.isRemoved", { name }));
  // From now on no job begins under this prefix.
  const mark = { incomplete: "put", id: context.secret() } as const;
  const before = found?.etag ?? (await writeIncomplete(store, name, mark, undefined));
  if (before === undefined) throw taken(name);
  const earlier = typeof found?.dataset === "string" ? undefined : found?.dataset;

  const readKey = context.secret();
  const kept = new Map<string, KeptObject>();
  const objects: Input[] = [];
  const progress = new Progress(context, "upload");
  const deletions = new Deletions(context);
  const summary = await uploadFolder(withReadKeys(store, name, found, kept), folder, name, {
    outsideLinks: "follow",
    wanted: (file) => !PROTOCOL_FILES.has(file),
    ignore: await readIgnoreRules(folder).catch(asUsage),
    delete: options.delete,
    hashCache: context.hashCache,
    machine: context.machine,
    metadata: { [READ_KEY_METADATA]: readKey },
    onObject: (object) => void objects.push(object),
    ...progress.listener,
    ...deletions.listener,
  }).finally(() => deletions.end());
  progress.end();
  refuseSkipped(summary, "data.notPut");
  const inputs = objects.map((object) => withKey(object, kept.get(object.path), readKey));
  const written = await writeDataset(
    store,
    name,
    { createdAt: context.now(), readKey, inputs },
    before,
  );
  if (written === "too-large")
    throw new CommandError("usage", (say) => say("data.tooLarge", { max: INPUTS_MAX }));
  if (!written) throw taken(name);
  const since = await notDataset(store, name);
  if (since) {
    // A client that knows of no data sets has submitted meanwhile.
    await store.delete(keyOf(name, DATASET_FILE));
    throw since;
  }
  const { files, bytes, unchanged, deleted, notes } = summary;
  return {
    name,
    ...sizeOf(inputs),
    sent: { files, bytes },
    unchanged,
    deleted,
    replaced: replacedOf(earlier, inputs) + deleted,
    keepsVersions: written.versionId !== undefined,
    notes,
  };
}

/** An object with its read key: that of this put, unless it was there already. */
function withKey(object: Input, kept: KeptObject | undefined, readKey: string): DataInput {
  const { source: _, ...input } = object;
  if (!kept) return { ...input, readKey };
  const { version } = kept;
  return { ...input, ...(version !== undefined && { version }), readKey: kept.readKey };
}

function replacedOf(earlier: Dataset | undefined, inputs: readonly DataInput[]): number {
  return inputs.filter(({ path, etag }) => {
    const before = earlier?.inputs.get(path);
    return before !== undefined && before.etag !== etag;
  }).length;
}

function taken(name: string): CommandError {
  return new CommandError("usage", (say) => say("data.taken", { name }));
}
