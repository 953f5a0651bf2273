import { CloudSubmitError } from "../../protocol/error.ts";
import {
  formatManifest,
  type Input,
  MANIFEST_MAX_BYTES,
  type Manifest,
  type ManifestId,
  parseManifest,
} from "../../protocol/manifest.ts";
import { manifestProblem } from "../../protocol/manifest-problem.ts";
import { keyOf, MANIFEST_FILE } from "../../protocol/objects.ts";
import type { GetOptions, ObjectStore, ObjectWriter } from "../object-store.ts";
import { type ReadStore, readObject, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/**
 * Writes what a submission begins with: one request.
 *
 * @returns what names it; undefined when there are too many inputs for a manifest, and none was written
 */
export async function writeInputManifest(
  store: ObjectWriter,
  prefix: string,
  inputs: readonly Input[],
  more: Omit<Manifest, "inputs"> = {},
): Promise<ManifestId | undefined> {
  const text = formatManifest(inputs, more);
  if (text === undefined) return undefined;
  let version: string | undefined;
  const onVersion = (id: string) => void (version = id);
  const etag = await store.put(keyOf(prefix, MANIFEST_FILE), text, { ...JSON_TEXT, onVersion });
  return { etag: etag ?? "", ...(version !== undefined && { version }) };
}

/**
 * Reads the very manifest that a submission was made with: one request, or two when it was replaced since.
 *
 * @throws CloudSubmitError `inputs-changed` when it is neither there nor kept as a version; `stage-in-failed` when it
 * is no manifest
 */
export async function readInputManifest(
  store: ObjectStore,
  prefix: string,
  { etag, version }: ManifestId,
): Promise<Manifest> {
  const key = keyOf(prefix, MANIFEST_FILE);
  const read = (options: GetOptions) =>
    readObject(
      { get: (one) => store.get(one, { ifMatch: etag, ...options }), list: store.list.bind(store) },
      key,
      MANIFEST_MAX_BYTES,
    );
  const got =
    (await read({})) ?? (version === undefined ? undefined : await read({ versionId: version }));
  if (!got)
    throw new CloudSubmitError(
      "inputs-changed",
      `${key} is no longer the one that was submitted: another client has written under this prefix; submit again, under another one`,
    );
  const text = got.bytes?.toString("utf8");
  const manifest = text === undefined ? undefined : parseManifest(text);
  if (!manifest)
    throw new CloudSubmitError(
      "stage-in-failed",
      `${key} is no manifest that this agent can read: ${manifestProblem(text)}; correct it, or submit without one`,
    );
  return manifest;
}

/**
 * The manifest that is under a prefix now, of whatever submission: one request. Undefined when there is none that can be
 * read.
 */
export async function readPresentManifest(
  store: ReadStore,
  prefix: string,
): Promise<Manifest | undefined> {
  const text = await readText(store, keyOf(prefix, MANIFEST_FILE), MANIFEST_MAX_BYTES);
  return text === undefined ? undefined : parseManifest(text);
}
