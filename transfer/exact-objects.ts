import { Batches } from "../bucket/flow/batches.ts";
import { ENTRIES_MAX } from "../bucket/listing/listing-page.ts";
import type {
  FetchedFile,
  GetFileOptions,
  ObjectEntry,
  ObjectStore,
} from "../bucket/object-store.ts";
import { FileError } from "../protocol/file-error.ts";
import type { Input, Inputs } from "../protocol/manifest.ts";
import { PROTOCOL_FILES } from "../protocol/objects.ts";
import { keyProblem, pathProblem } from "./names/key-path.ts";
import { hasReadKey, readKeyItem } from "./read-key.ts";

/** The objects that a manifest names, as a listing of the prefix would. */
export function entriesOf(inputs: Inputs, prefix: string): Batches<ObjectEntry> {
  return new Batches(entries(inputs, prefix));
}

async function* entries(inputs: Inputs, prefix: string): AsyncGenerator<readonly ObjectEntry[]> {
  let page: ObjectEntry[] = [];
  for (const { path, size, etag } of inputs.values()) {
    page.push({ key: `${prefix}/${path}`, size, etag, lastModified: undefined });
    if (page.length < ENTRIES_MAX) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/**
 * The object that is to be at the place of `entry`: another one, where the input is elsewhere in the bucket.
 *
 * @returns undefined when the key that the manifest names is not that of a job's file
 */
export function objectOf(input: Input | undefined, entry: ObjectEntry): ObjectEntry | undefined {
  if (!input?.source) return entry;
  const { key } = input.source;
  const slash = key.indexOf("/");
  const path = key.slice(slash + 1);
  if (PROTOCOL_FILES.has(path) || (pathProblem(path) ?? keyProblem(key.slice(0, slash), path)))
    return undefined;
  return { ...entry, key };
}

/** A name for what has come of an object: two inputs may be copies of one. */
export function unfinishedName(input: Input | undefined, { key }: ObjectEntry): string {
  return input?.source ? `${input.path}\0${key}` : key;
}

/**
 * Fetches an object, of an input exactly the one that was submitted. Of one that is elsewhere, no byte is kept before its
 * metadata has shown the read key.
 *
 * @returns undefined when it is not there; of one that is elsewhere also when it has not that key, or S3 refuses it: the
 * answer tells nothing of what its submitter may not read
 */
export function getObject(
  store: Pick<ObjectStore, "getFile">,
  entry: ObjectEntry,
  part: string,
  input: Input | undefined,
  { onBytes, making }: Pick<GetFileOptions, "making" | "onBytes">,
): Promise<FetchedFile | undefined> {
  const { key, size, etag } = entry;
  return input
    ? getExactly(store, entry, part, input, { onBytes, making })
    : store.getFile(key, part, { size, etag, onBytes, making });
}

async function getExactly(
  store: Pick<ObjectStore, "getFile">,
  { key, size, etag }: ObjectEntry,
  part: string,
  input: Input,
  { onBytes, making }: Pick<GetFileOptions, "making" | "onBytes">,
): Promise<FetchedFile | undefined> {
  const readKey = input.source?.readKey;
  const exact = {
    versionId: input.version,
    holds: readKey === undefined ? undefined : readKeyItem(readKey),
  };
  const object = await unlessHidden(input, () =>
    store.getFile(key, part, { size, etag, exact, onBytes, making }),
  );
  return object?.size === size ? object : undefined;
}

/**
 * Whether a file that is here with an object's content may stay: of an input elsewhere, S3 is asked for the read key. Without
 * that, a manifest could have it found out what an object holds that its submitter may not read.
 */
export async function mayStay(
  store: ObjectStore,
  { key, etag }: ObjectEntry,
  input: Input | undefined,
): Promise<boolean> {
  if (!input?.source) return true;
  const { readKey } = input.source;
  const range = { start: 0, end: 1 };
  const object = await unlessHidden(input, () => store.get(key, { range, ifMatch: etag }));
  object?.body.destroy();
  return object !== undefined && hasReadKey(object.metadata, readKey);
}

/** An object elsewhere that S3 refuses is as if it were not there. */
async function unlessHidden<T>(
  input: Input | undefined,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const isRefused = error instanceof FileError && error.reason.code === "object-refused";
    if (input?.source && isRefused) return undefined;
    throw error;
  }
}

/**
 * The submitter's word on an object besides its bytes, in place of the object's own: another client may have
 * written the same bytes with another mode.
 *
 * @returns undefined when the submitter says nothing
 */
export function saidMetadata(input: Input | undefined): Record<string, string> | undefined {
  const { mode, mtime, symlink } = input ?? {};
  if (mode === undefined && mtime === undefined && symlink === undefined) return undefined;
  return {
    ...(mode !== undefined && { mode }),
    ...(mtime !== undefined && { mtime }),
    ...(symlink !== undefined && { symlink }),
  };
}
