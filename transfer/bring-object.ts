import { rm } from "node:fs/promises";
import type { Disk } from "../bucket/disk/disk.ts";
import { lstatOf } from "../bucket/disk/files.ts";
import type { FileProperties, NewFiles } from "../bucket/disk/new-files.ts";
import type { ObjectEntry, ObjectStore } from "../bucket/object-store.ts";
import { FileError } from "../protocol/file-error.ts";
import type { Input } from "../protocol/manifest.ts";
import type { DownloadOptions } from "./download-options.ts";
import { getObject, saidMetadata } from "./exact-objects.ts";
import { parseSymlink } from "./links/symlink.ts";
import type { Brought, Destination, WantedObject } from "./local-objects.ts";
import { parseFileMetadata, readOnlyMode } from "./placing/file-metadata.ts";

/**
 * Brings an object to `part`, from S3 or from a copy on the disk; or to its target, if it is shared with others there.
 *
 * @param input what a manifest says of it; undefined: there is none, and it comes from S3
 * @returns undefined when there is no such object, or none that is what the manifest says
 */
export async function bringObject(
  store: Pick<ObjectStore, "getFile">,
  entry: ObjectEntry,
  to: Destination,
  input: Input | undefined,
  { local, onBytes, files }: Pick<DownloadOptions, "local" | "onBytes"> & { files: NewFiles },
): Promise<Brought | undefined> {
  const wanted = input && wantedObject(entry.key, input);
  const mayBeKept = local !== undefined && wanted !== undefined && wanted.size >= local.keptFrom;
  const propertiesOf = (metadata: Readonly<Record<string, string>>) => {
    const said = saidMetadata(input) ?? metadata;
    return parseSymlink(said) === undefined ? wantedProperties(input, said) : {};
  };
  // A copy is made of the file as it came.
  const making = mayBeKept ? undefined : { files, propertiesOf };
  const get = () => getObject(store, entry, to.part, input, { onBytes, making });
  const fetch = () => get().catch((error: unknown) => removeNoFile(to.part, error).then(get));
  if (input) await removeReadOnly(files.disk, to.part);
  if (local && wanted) return local.bring(wanted, to, fetch, () => onBytes?.(0));
  const object = await fetch();
  return object && { object, isLocal: false, isPlaced: false };
}

/** Mode and time of a file, as they are said of it. */
export function wantedProperties(
  input: Input | undefined,
  metadata: Readonly<Record<string, string>>,
): FileProperties {
  const properties = parseFileMetadata(metadata);
  return { mtime: properties.mtime, mode: readOnlyMode(input?.mode) ?? properties.mode };
}

/** undefined: what the file is to be stands in the object's metadata, which no copy has; or it is a link. */
function wantedObject(key: string, input: Input): WantedObject | undefined {
  const said = saidMetadata(input);
  if (!said || input.symlink !== undefined) return undefined;
  const { size, etag, version, source } = input;
  const mode = readOnlyMode(input.mode);
  const readOnly = mode === undefined ? undefined : { mode, mtime: parseFileMetadata(said).mtime };
  return { key, size, etag, version, readKey: source?.readKey, readOnly };
}

/** Errors of what is no file: a link, a folder, a pipe that nobody reads. */
const NO_FILE: ReadonlySet<string> = new Set(["ELOOP", "EISDIR", "ENXIO"]);

/** Removes what no download makes: something else in the place of an unfinished file. @throws `error`, if that is of another kind */
async function removeNoFile(part: string, error: unknown): Promise<void> {
  const { code = "", path } = error as NodeJS.ErrnoException;
  const isOther = error instanceof FileError && error.reason.code === "became-another-kind";
  if (path !== part || !(isOther || NO_FILE.has(code))) throw error;
  await rm(part, { recursive: true, force: true });
}

/**
 * Removes what a download has left that was complete and read only: it may be a link to a file that others have, too, and
 * is never written to.
 */
async function removeReadOnly(disk: Disk, part: string): Promise<void> {
  const left = await lstatOf(disk, part);
  if (left && (left.mode & 0o222n) === 0n) await rm(part, { force: true });
}
