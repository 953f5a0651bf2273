import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import pMap from "p-map";
import { CloudSubmitError, messageOf } from "../protocol/error.ts";
import { fileEtag } from "./etag.ts";
import { fileMetadata } from "./file-metadata.ts";
import { keyProblem, pathProblem } from "./key-path.ts";
import type { ObjectEntry, ObjectStore } from "./object-store.ts";
import { TransferSummary } from "./summary.ts";
import { type WalkEntry, type WalkOptions, walk } from "./walk.ts";

/** Files in flight. */
const FILES_AT_ONCE = 16;

/** A file that changes while it is read is read again this often before it is given up. */
const READS_MAX = 3;

export interface UploadOptions {
  /** What is in the bucket already, by key: the same size and ETag is not sent again. */
  remote?: ReadonlyMap<string, ObjectEntry>;
  /** Whether a file or an empty folder is to be sent at all. */
  wanted?: (path: string, stats?: BigIntStats) => boolean;
  /** Metadata for every object besides the file's own. */
  metadata?: Record<string, string>;
  /** Called after each file, or empty folder, that was sent. */
  onFile?: (path: string, bytes: number) => void;
}

/** What an upload did. */
export interface UploadResult {
  summary: TransferSummary;
  /** ETag of every object that now stands for a file, by key. */
  etags: Map<string, string>;
}

/**
 * Uploads a folder to `prefix/`. A file that cannot be read or named is counted as skipped, with the
 * reason; what S3 refuses is thrown.
 */
export async function uploadFolder(
  store: ObjectStore,
  root: string,
  prefix: string,
  options: UploadOptions & WalkOptions,
): Promise<UploadResult> {
  return uploadEntries(store, walk(root, options), prefix, options);
}

/** Uploads what a walk, or a part of one, has found; otherwise as uploadFolder. */
export async function uploadEntries(
  store: ObjectStore,
  entries: AsyncIterable<WalkEntry>,
  prefix: string,
  options: UploadOptions,
): Promise<UploadResult> {
  const result: UploadResult = { summary: new TransferSummary(), etags: new Map() };
  await pMap(entries, (entry) => uploadEntry(store, entry, prefix, options, result), {
    concurrency: FILES_AT_ONCE,
  });
  return result;
}

async function uploadEntry(
  store: ObjectStore,
  entry: WalkEntry,
  prefix: string,
  options: UploadOptions,
  { summary, etags }: UploadResult,
): Promise<void> {
  const { path } = entry;
  const wanted = options.wanted ?? (() => true);
  if (!wanted(path, entry.kind === "file" ? entry.stats : undefined)) return;
  if (entry.kind === "skipped") return summary.skip(path, entry.reason);
  const problem = pathProblem(path) ?? keyProblem(prefix, path);
  if (problem !== undefined) return summary.skip(path, problem);

  if (entry.kind === "empty-folder") {
    const key = `${prefix}/${path}/`;
    if (options.remote?.has(key)) return;
    await store.put(key, "", metadataOption(options.metadata));
    options.onFile?.(path, 0);
    return summary.add(0);
  }
  const key = `${prefix}/${path}`;
  try {
    const size = Number(entry.stats.size);
    const there = options.remote?.get(key);
    if (there?.size === size && there.etag === (await fileEtag(entry.absolute, size))) {
      summary.unchanged += 1;
      etags.set(key, there.etag);
      return;
    }
    const sent = await uploadStable(store, entry.absolute, key, entry.stats, options);
    etags.set(key, sent.etag);
    summary.add(sent.size);
    options.onFile?.(path, sent.size);
  } catch (error) {
    if (!isFileProblem(error)) throw error;
    summary.skip(path, messageOf(error));
  }
}

/** Uploads a file; when it changed meanwhile, once more, so that no torn mixture stays in the bucket. */
async function uploadStable(
  store: ObjectStore,
  path: string,
  key: string,
  found: BigIntStats,
  options: UploadOptions,
): Promise<{ etag: string; size: number }> {
  let before = found;
  for (let read = 1; ; read++) {
    const size = Number(before.size);
    const metadata = { ...fileMetadata(before), ...options.metadata };
    try {
      const etag = await store.putFile(path, key, size, { metadata });
      const after = await stat(path, { bigint: true });
      if (isSameContent(before, after)) return { etag, size };
      before = after;
    } catch (error) {
      if (read === READS_MAX || !(error instanceof CloudSubmitError)) throw error;
      before = await stat(path, { bigint: true });
    }
    if (read === READS_MAX)
      throw new CloudSubmitError("transfer", `${path}: kept changing while it was read`);
  }
}

function isSameContent(a: BigIntStats, b: BigIntStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino;
}

/** A file system's error, or ours about one file; anything else is S3's and concerns all files. */
function isFileProblem(error: unknown): boolean {
  if (error instanceof CloudSubmitError) return error.code === "transfer";
  return (
    error instanceof Error &&
    "syscall" in error &&
    "path" in error &&
    typeof error.path === "string"
  );
}

function metadataOption(metadata: Record<string, string> | undefined) {
  return metadata === undefined ? {} : { metadata };
}
