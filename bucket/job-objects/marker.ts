import {
  type Asked,
  isQuestionKey,
  MARKER_MAX_BYTES,
  markerOfKey,
  type PendingMarker,
  parseMarker,
  pendingFolder,
  pendingKey,
  requestOfPendingKey,
} from "../../protocol/marker.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { ObjectLister, ObjectWriter } from "../object-store.ts";
import { type ReadStore, readObject, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/**
 * Writes a marker unless there is one.
 *
 * @param asked the write that the marker is of
 * @returns the marker that is in the bucket: the given one, or the earlier one
 */
export async function claimMarker(
  store: ReadStore & ObjectWriter,
  marker: PendingMarker,
  asked: Asked,
): Promise<PendingMarker> {
  const key = pendingKey(marker, asked);
  const options = { ...JSON_TEXT, ifAbsent: true } as const;
  const written = await store.put(key, JSON.stringify(marker), options);
  if (written !== undefined) return marker;
  return (await readMarker(store, key)) ?? marker;
}

/** The text of a marker; undefined when there is none that can be read, or when it says that it is another request's. */
export async function readMarker(
  store: ReadStore,
  key: string,
): Promise<PendingMarker | undefined> {
  const text = await readText(store, key, MARKER_MAX_BYTES);
  const marker = text === undefined ? undefined : parseMarker(text);
  const request = requestOfPendingKey(key);
  if (!marker || !request) return undefined;
  return pendingKey(marker) === pendingKey(request) ? marker : undefined;
}

/** Whether there is a marker of this key, whatever it says. */
export async function hasMarker(store: ReadStore, key: string): Promise<boolean> {
  return (await readObject(store, key, MARKER_MAX_BYTES)) !== undefined;
}

/** Writes a marker, whatever is there. */
export async function writeMarker(store: ObjectWriter, marker: PendingMarker): Promise<void> {
  await store.put(pendingKey(marker), JSON.stringify(marker), JSON_TEXT);
}

/** One line of the queue: what a listing tells of a marker. */
export interface QueuedRequest {
  key: string;
  request: RequestId;
  /** The write of the status object that asked; undefined: it is to be read. */
  asked: Asked | undefined;
  /** When the marker was written. */
  written: Date | undefined;
}

/**
 * Every request whose submission has not ended, a thousand to a request of S3.
 *
 * @param prefix of one job; undefined: all
 * @param options.known by key, what an earlier listing told: it is not read in the key again
 * @param options.onQuestion called with the key of each marker of an earlier version that is no request any more
 */
export async function* listQueue(
  store: ObjectLister,
  prefix?: string,
  {
    known,
    onQuestion,
  }: {
    known?: ReadonlyMap<string, QueuedRequest> | undefined;
    onQuestion?: (key: string) => void;
  } = {},
): AsyncGenerator<QueuedRequest> {
  for await (const { key, lastModified } of store.list(pendingFolder(prefix))) {
    const before = known?.get(key);
    const found = before ?? markerOfKey(key);
    if (found) yield before ?? { key, ...found, written: lastModified };
    else if (isQuestionKey(key)) onQuestion?.(key);
  }
}
