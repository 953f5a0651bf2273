import type { Checksum } from "../bucket/checksum.ts";
import type { FileStats } from "../bucket/disk/file-stats.ts";
import { Batches, batchesOf } from "../bucket/flow/batches.ts";
import { removeIfAllowed } from "../bucket/job-objects/remove-if-allowed.ts";
import { type Machine, newMachine } from "../bucket/machine.ts";
import { sizeProblem } from "../bucket/object-limit.ts";
import type { ObjectEntry, ObjectStore } from "../bucket/object-store.ts";
import { reasonOf } from "../protocol/file-error.ts";
import { type Reason, reason } from "../protocol/reason.ts";
import { HashCache } from "./comparing/hash-cache.ts";
import { keyEnd, type MergeReport, merge, type Pair } from "./comparing/merge.ts";
import { Proofs } from "./comparing/proofs.ts";
import { type Comparing, isContentOf, isSameContent } from "./comparing/same-content.ts";
import { isFileProblem } from "./file-problem.ts";
import { decideThenDo } from "./flow/decide-then-do.ts";
import { carrying } from "./flow/flight.ts";
import { Plan } from "./flow/progress.ts";
import { readAhead } from "./flow/read-ahead.ts";
import { symlinkBody } from "./links/symlink.ts";
import { keyProblem, pathProblem } from "./names/key-path.ts";
import { PackedTexts } from "./names/packed-texts.ts";
import { deleteGone, mayDelete } from "./placing/delete-gone.ts";
import { ownMetadata, type PutResult, putEntry, type Sendable } from "./put-entry.ts";
import { type LargeFile, type Named, SentBefore } from "./sent-before.ts";
import { TransferSummary } from "./summary.ts";
import type { SyncOptions, UploadOptions } from "./upload-options.ts";
import { type WalkEntry, walk } from "./walk.ts";

/** Why something may be under the prefix that the listing did not tell of, or not in time. */
const LISTING_DOUBTS: ReadonlySet<string> = new Set(["not-listed", "not-in-order"]);

/**
 * Makes `prefix/` hold what the folder holds: one listing beside one walk, then the files that differ, in
 * content and not only in time. A file that cannot be read or named is counted as skipped, with the reason;
 * what S3 refuses is thrown.
 */
export async function uploadFolder(
  store: ObjectStore,
  root: string,
  prefix: string,
  options: SyncOptions,
): Promise<TransferSummary> {
  const cache = new HashCache(options.hashCache, options.now ?? Date.now);
  const machine = options.machine ?? newMachine();
  const { readAhead: ahead, deletions } = machine.limits;
  const report: MergeReport = { doubt: undefined };
  const isSure = () =>
    !options.selfContained && !LISTING_DOUBTS.has(report.doubt?.reason.code ?? "");
  const upload = new Upload(store, prefix, { ...options, machine, isSure }, cache);
  const { summary } = upload;
  const onNote = (path: string, reason: Reason) => {
    summary.note(path, reason);
    options.onNote?.(path, reason);
  };
  const pages = batchesOf(store.list(`${prefix}/`));
  const objects = listedIfAllowed(options.onListing?.(pages) ?? pages, () => {
    report.doubt = { path: ".", reason: reason("not-listed") };
    onNote(report.doubt.path, report.doubt.reason);
  });
  const listed = readAhead(new Batches(objects), 1);
  const tooDeep = (path: string) => keyProblem(prefix, `${path}/`);
  const walked = readAhead(walk(root, { ...options, tooDeep, onNote, machine }), ahead);
  await upload.run(merge(walked, listed, prefix, report));
  await upload.settleNamed();
  await cache.save();
  const how = { atOnce: deletions, onDeleted: options.onDeleted };
  await deleteGone(upload.gone, report.doubt, summary, how, async (end) => {
    const isGone = await removeIfAllowed(store, `${prefix}/${end}`);
    if (!isGone) summary.note(end, reason("not-removed"));
    return isGone;
  });
  return summary;
}

/** Uploads what a walk, or a part of one, has found, whatever is in the bucket; lists nothing. */
export async function uploadEntries(
  store: ObjectStore,
  entries: AsyncIterable<WalkEntry>,
  prefix: string,
  options: UploadOptions,
): Promise<TransferSummary> {
  const upload = new Upload(store, prefix, options, new HashCache(undefined, Date.now));
  await upload.run(new Batches(batchesOf(entries)).map((local) => ({ local })));
  return upload.summary;
}

/** Without s3:ListBucket nothing is seen of the bucket: then everything is sent. */
async function* listedIfAllowed(
  batches: AsyncIterable<readonly ObjectEntry[]>,
  onDenied: () => void,
): AsyncGenerator<readonly ObjectEntry[]> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AccessDenied")) throw error;
    onDenied();
  }
}

interface Wanted extends UploadOptions, Pick<SyncOptions, "delete" | "ignore" | "copies" | "sent"> {
  /** Whether the listing has told, so far, of all that is under the prefix, and objects may be named. */
  isSure?: () => boolean;
}

class Upload {
  readonly summary = new TransferSummary();
  /** The ends of keys that have no file any more, as far as they may be removed. */
  readonly gone = new PackedTexts();
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #options: Wanted;
  readonly #machine: Machine;
  readonly #comparing: Comparing;
  readonly #proofs: Proofs;
  readonly #plan: Plan;
  readonly #before: SentBefore | undefined;
  #named: { local: LargeFile; object: Named }[] = [];

  constructor(store: ObjectStore, prefix: string, options: Wanted, cache: HashCache) {
    this.#store = store.forTransfer?.() ?? store;
    this.#prefix = prefix;
    this.#options = options;
    this.#machine = options.machine ?? newMachine();
    this.#comparing = { disk: this.#machine.disk, cache };
    this.#proofs = new Proofs(this.#store);
    this.#plan = new Plan(options);
    this.#before = options.sent && new SentBefore(store, prefix, options.sent, this.#comparing);
  }

  async run(pairs: Iterable<Pair> | AsyncIterable<Pair>): Promise<void> {
    await decideThenDo(
      pairs,
      (pair) => this.#decide(pair),
      (job) => this.#send(job),
      this.#machine.limits,
      carrying(this.#store, bytesOf, this.#plan),
    );
  }

  /**
   * Tells of the files that were named, once it is sure that nothing else is at their places: an older object there would
   * be taken for what the job has made of the file. Where the listing leaves a doubt, they are sent after all.
   */
  async settleNamed(): Promise<void> {
    const named = this.#named;
    this.#named = [];
    if (named.length === 0) return;
    if (!this.#isSure()) return this.run(named.map(({ local }) => ({ local })));
    this.summary.named += named.length;
    for (const { local, object } of named)
      this.#tell(local, { ...object, checksum: undefined, own: ownMetadata(local) });
  }

  #isSure(): boolean {
    return this.#options.isSure?.() ?? false;
  }

  async #decide({ local, remote, hasLocalBelow }: Pair): Promise<Sendable | undefined> {
    if (!local) {
      if (remote && !hasLocalBelow) this.#noteGone(remote.key.slice(this.#prefix.length + 1));
      return undefined;
    }
    const { path } = local;
    if (!this.#isWanted(path, "stats" in local ? local.stats : undefined)) return undefined;
    const problem =
      local.kind === "skipped"
        ? local.reason
        : (pathProblem(path) ?? keyProblem(this.#prefix, keyEnd(local)) ?? tooLarge(local));
    if (problem !== undefined) this.summary.skip(path, problem);
    if (local.kind === "skipped" || problem !== undefined) return undefined;
    // Most files of a first upload have no object to be compared with.
    const isSame = remote && (await this.#isSame(local, remote));
    if (isSame === "skipped") return undefined;
    if (isSame && remote) {
      if (local.kind !== "empty-folder") this.summary.unchanged += 1;
      const { size, etag } = remote;
      const { checksum } = isSame;
      if (local.kind === "file") this.#before?.noteThere(remote.key, remote);
      this.#tell(local, { size, etag, version: undefined, checksum, own: ownMetadata(local) });
      return undefined;
    }
    if (local.kind === "file" && !remote && this.#before && this.#isSure()) {
      const object = await this.#before.find(local);
      if (object) {
        this.#named.push({ local, object });
        return undefined;
      }
    }
    this.#plan.add(bytesOf(local));
    return local;
  }

  /** @returns false, or what is known of the object now */
  async #isSame(
    local: Sendable,
    remote: ObjectEntry,
  ): Promise<false | "skipped" | { checksum: Checksum | undefined }> {
    const known = this.#options.copies?.contentOf(local.path, remote.etag);
    if (local.kind === "empty-folder") return { checksum: known?.checksum };
    let asked: Checksum | undefined;
    const ask = async () => (asked = await this.#proofs.of(remote));
    const object = { ...remote, ...known, ask };
    try {
      const isSame =
        local.kind === "link"
          ? await isContentOf(symlinkBody(local.target), object)
          : await isSameContent(local.absolute, local.stats, object, this.#comparing);
      if (isSame && asked !== undefined) this.#proofs.foundSame();
      return isSame && { checksum: asked ?? known?.checksum };
    } catch (error) {
      this.#failed(local.path, error);
      return "skipped";
    }
  }

  async #send(job: Sendable): Promise<void> {
    const key = `${this.#prefix}/${keyEnd(job)}`;
    try {
      const to = { store: this.#store, disk: this.#machine.disk };
      const put = await putEntry(to, job, key, this.#options);
      if (job.kind === "file" && this.#before) await this.#before.noteSent(job, key, put);
      this.#tell(job, put);
      // As when it is fetched, and when it is there already.
      if (job.kind !== "empty-folder") this.summary.add(put.size);
      this.#options.onFile?.(job.path, put.size);
    } catch (error) {
      this.#failed(job.path, error);
    }
  }

  #tell(
    entry: Sendable,
    { size, etag, version, checksum, own, source }: PutResult & Partial<Pick<Named, "source">>,
  ): void {
    this.#options.onObject?.({
      path: keyEnd(entry),
      size,
      etag,
      ...(version !== undefined && { version }),
      ...own,
      ...(source && { source }),
    });
    if (entry.kind !== "empty-folder") this.#options.onCopy?.(entry, etag, checksum);
  }

  #noteGone(end: string): void {
    const rules = { ...this.#options, wanted: (path: string) => this.#isWanted(path) };
    if (this.#options.delete && mayDelete(end, rules)) this.gone.push(end);
  }

  #isWanted(path: string, stats?: FileStats): boolean {
    return this.#options.wanted?.(path, stats) ?? true;
  }

  /** Counts a failure that concerns one file as skipped; throws any other. */
  #failed(path: string, error: unknown): void {
    if (!isFileProblem(error)) throw error;
    this.summary.skip(path, reasonOf(error));
  }
}

function bytesOf(job: Sendable): number {
  if (job.kind === "empty-folder") return 0;
  return job.kind === "file" ? Number(job.stats.size) : symlinkBody(job.target).length;
}

function tooLarge(local: WalkEntry): Reason | undefined {
  return local.kind === "file" ? sizeProblem(local.stats.size) : undefined;
}
