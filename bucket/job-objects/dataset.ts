import {
  DATASET_MAX_BYTES,
  type DataInput,
  type Dataset,
  datasetMetadata,
  formatDataset,
  formatIncomplete,
  type Incomplete,
  parseDataset,
  sizeByMetadata,
} from "../../protocol/dataset.ts";
import { DATASET_FILE, keyOf } from "../../protocol/objects.ts";
import type { ObjectStore, ObjectWriter } from "../object-store.ts";
import { peekObject, readObject } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** A dataset object as it was read. */
export interface DatasetObject {
  etag: string;
  /** undefined: the server does not say. */
  lastModified: Date | undefined;
  /** undefined: it is none that can be read. */
  dataset: Dataset | Incomplete | undefined;
}

/** Reads the dataset object of a prefix: one request. Undefined when there is none. */
export async function readDataset(
  store: Pick<ObjectStore, "get" | "list">,
  name: string,
): Promise<DatasetObject | undefined> {
  const got = await readObject(store, keyOf(name, DATASET_FILE), DATASET_MAX_BYTES);
  if (!got) return undefined;
  const { bytes, etag, lastModified } = got;
  return { etag, lastModified, dataset: bytes && parseDataset(bytes.toString("utf8")) };
}

/** A data set as a list shows it. */
export interface DatasetSize {
  /** undefined: it is incomplete. */
  size: { files: number; bytes: number } | undefined;
  /** When it was put; undefined: the server does not say. */
  lastModified: Date | undefined;
}

/** Whether there is a data set, and how large it says to be, without what it holds: one request. Undefined: there is none. */
export async function lookAtDataset(
  store: Pick<ObjectStore, "get" | "list">,
  name: string,
): Promise<DatasetSize | undefined> {
  const got = await peekObject(store, keyOf(name, DATASET_FILE), DATASET_MAX_BYTES);
  return got && { size: sizeByMetadata(got.metadata), lastModified: got.lastModified };
}

/**
 * Keeps the place of a data set that is not whole, in place of what was there before, and of nothing else.
 *
 * @param state which of the two is under way, and a new id each time
 * @param before ETag; undefined: there is none
 * @returns its ETag; undefined: another client has written there meanwhile
 */
export function writeIncomplete(
  store: Pick<ObjectWriter, "put">,
  name: string,
  { incomplete, id }: { incomplete: Incomplete; id: string },
  before: string | undefined,
): Promise<string | undefined> {
  return writeInPlaceOf(store, name, before, formatIncomplete(incomplete, id), {});
}

/**
 * Writes a data set, under the same condition.
 *
 * @returns whether it was written, and its version id where the bucket keeps versions; undefined: another client has
 * written there meanwhile; "too-large": it holds more than one object can name
 */
export async function writeDataset(
  store: Pick<ObjectWriter, "put">,
  name: string,
  {
    createdAt,
    readKey,
    inputs,
  }: { createdAt: Date; readKey: string; inputs: readonly DataInput[] },
  before: string,
): Promise<{ etag: string; versionId: string | undefined } | "too-large" | undefined> {
  const text = formatDataset(createdAt, readKey, inputs);
  if (text === undefined) return "too-large";
  let versionId: string | undefined;
  const onVersion = (id: string) => void (versionId = id);
  const metadata = datasetMetadata(inputs);
  const etag = await writeInPlaceOf(store, name, before, text, { metadata, onVersion });
  return etag === undefined ? undefined : { etag, versionId };
}

function writeInPlaceOf(
  store: Pick<ObjectWriter, "put">,
  name: string,
  before: string | undefined,
  text: string,
  more: { metadata?: Record<string, string>; onVersion?: (id: string) => void },
): Promise<string | undefined> {
  const condition = before === undefined ? { ifAbsent: true } : { ifMatch: before };
  return store.put(keyOf(name, DATASET_FILE), text, { ...JSON_TEXT, ...condition, ...more });
}
