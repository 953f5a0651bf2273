import type { Inputs } from "../../protocol/manifest.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import { endedAt, endedMetadata, removingStatus } from "../../protocol/removal.ts";
import { formatStatus } from "../../protocol/state.ts";
import type { ReadStore } from "../job-objects/read-object.ts";
import { readStatus, type StatusObject } from "../job-objects/status.ts";
import { TEXT } from "../job-objects/written-as.ts";
import type {
  ObjectRemover,
  ObjectVersion,
  ObjectWriter,
  Removal,
  VersionLister,
} from "../object-store.ts";
import { InputVersions, jobVersions } from "./job-versions.ts";

/** Store operations that a removal needs. */
export type TidyStore = ReadStore & Pick<ObjectWriter, "put"> & ObjectRemover & VersionLister;

/** Objects written so shortly before the removal, and after the job's end, stay: an upload may be under way. Milliseconds. */
const UPLOAD_MS = 10 * 60_000;

/** Requests that follow one another before there is a chance to stop: a page, the look at the status, two removals. */
export const REQUESTS_PER_BATCH = 4;

/** Result of a removal. */
export interface JobRemoval {
  /**
   * removed: nothing is left; changed: another client has written the status object meanwhile, and nothing more was removed;
   * remains: some objects stay, and the status object for them; stopped: there was no time for the rest.
   */
  end: "removed" | "changed" | "remains" | "stopped";
  /** Versions and delete markers that were removed. */
  objects: number;
  bytes: number;
  /** Objects that stay since they were written just before. */
  young: number;
  /** Objects that S3 does not remove, and its word for the first of them. */
  refused: { count: number; why: string } | undefined;
  /** Earlier versions are left: there is no right to list or remove them. */
  leavesVersions: boolean;
}

export interface RemoveOptions {
  /** Letters and digits by chance, of this call alone. */
  nonce: string;
  /** Only those of these inputs that are still there as they were submitted; the job and its results stay. */
  inputs?: Inputs | undefined;
  /** Whether another batch may be begun. */
  mayGoOn?: () => boolean;
  /** Whether the one who removes may read the objects: S3 demands it for conditions. */
  hasConditions?: boolean;
}

/**
 * Removes everything below a job's prefix, all versions included, and its status object last of all; see
 * docs/decisions/053-removal-of-jobs.md. First it replaces the status object, if that is still `status`: then no client that
 * has looked at the prefix before can submit it, and of what comes meanwhile nothing is removed.
 *
 * @param status a final one, as it was read and judged
 */
export async function removeJob(
  store: TidyStore,
  prefix: string,
  status: StatusObject,
  options: RemoveOptions,
): Promise<JobRemoval> {
  const removal = new Removing(store, prefix, status, options);
  await removal.run();
  return removal.result;
}

/** The removal of one job. */
class Removing {
  readonly result: JobRemoval = {
    end: "stopped",
    objects: 0,
    bytes: 0,
    young: 0,
    refused: undefined,
    leavesVersions: false,
  };
  readonly #store: TidyStore;
  readonly #prefix: string;
  readonly #key: string;
  readonly #before: StatusObject;
  readonly #options: RemoveOptions;
  /** The status object of this removal. */
  #claim: StatusObject | undefined;
  readonly #inputs: InputVersions | undefined;

  constructor(store: TidyStore, prefix: string, status: StatusObject, options: RemoveOptions) {
    this.#store = store;
    this.#prefix = prefix;
    this.#key = keyOf(prefix, STATUS_FILE);
    this.#before = status;
    this.#options = options;
    this.#inputs = options.inputs && new InputVersions(prefix, options.inputs);
  }

  async run(): Promise<void> {
    const { result } = this;
    const claim = await this.#take();
    if (!claim) return void (result.end = "changed");
    this.#claim = claim;
    for await (const { entries, hasEarlier } of jobVersions(this.#store, this.#prefix)) {
      if (!hasEarlier && claim.versionId !== undefined) result.leavesVersions = true;
      if (!(await this.#removeAll(this.#chosen(entries)))) return void (result.end = "changed");
      if (this.#options.mayGoOn?.() === false) return;
    }
    if (this.#inputs) return this.#giveBack(claim);
    if (result.young > 0 || result.refused) return void (result.end = "remains");
    result.end = (await this.#removeStatus(claim)) ? "removed" : "changed";
    if (result.refused !== undefined) result.end = "remains";
  }

  /** Replaces the status object; undefined: it is another one by now. */
  async #take(): Promise<StatusObject | undefined> {
    const { text, metadata } = removingStatus(this.#before, this.#options.nonce);
    const put = { ...TEXT, metadata, ifMatch: this.#before.etag };
    const etag = await this.#store.put(this.#key, text, put);
    const now = etag === undefined ? undefined : await readStatus(this.#store, this.#prefix);
    return now?.etag === etag ? now : undefined;
  }

  /** The part of a page that is to go. */
  #chosen(page: ObjectVersion[]): ObjectVersion[] {
    const { lastModified } = this.#claim ?? {};
    const ended = endedAt(this.#before)?.getTime() ?? 0;
    const until = Math.max(ended, (lastModified?.getTime() ?? 0) - UPLOAD_MS);
    const ours = this.#inputs ? this.#inputs.of(page) : page;
    return ours.filter((version) => {
      const { key, isLatest } = version;
      if (key === this.#key) return !isLatest;
      const isOld = (version.lastModified?.getTime() ?? Number.POSITIVE_INFINITY) <= until;
      if (!isOld) this.result.young += 1;
      return isOld;
    });
  }

  /** @returns false: the status object is another one by now, and nothing was removed */
  async #removeAll(versions: readonly ObjectVersion[]): Promise<boolean> {
    if (versions.length === 0) return true;
    if (!(await this.#isStillOurs())) return false;
    const byId = new Set(
      this.result.leavesVersions ? [] : versions.filter((one) => this.#hasId(one)),
    );
    const refused = await this.#remove([...byId], ({ key, versionId }) => ({ key, versionId }));
    const denied = new Set(
      refused.flatMap(({ code, key, versionId }) =>
        code === "AccessDenied" ? [`${versionId} ${key}`] : [],
      ),
    );
    if (denied.size > 0) this.result.leavesVersions = true;
    const asTheyAre = versions.filter(
      (one) =>
        one.isLatest &&
        !one.isMarker &&
        (!byId.has(one) || denied.has(`${one.versionId} ${one.key}`)),
    );
    const hasConditions = this.#options.hasConditions !== false;
    const left = await this.#remove(asTheyAre, ({ key, etag }) => ({
      key,
      ...(hasConditions && { ifMatch: etag }),
    }));
    for (const one of [...refused, ...left])
      if (!denied.has(`${one.versionId} ${one.key}`)) this.#note(one);
    return true;
  }

  /** Whether a version is removed by its id: not in a bucket that never had any. */
  #hasId({ versionId }: ObjectVersion): boolean {
    return versionId !== "null" || this.#claim?.versionId !== undefined;
  }

  async #remove(versions: readonly ObjectVersion[], how: (version: ObjectVersion) => Removal) {
    if (versions.length === 0) return [];
    const refused = await this.#store.deleteMany(versions.map(how));
    const stay = new Set(refused.map(({ key, versionId }) => `${versionId} ${key}`));
    const gone = versions.filter((version) => {
      const { key, versionId } = how(version);
      return !stay.has(`${versionId} ${key}`);
    });
    this.result.objects += gone.length;
    this.result.bytes += gone.reduce((sum, { size }) => sum + size, 0);
    return refused;
  }

  #note({ code, message }: { code: string; message: string }): void {
    // Another client has replaced it: it is no object of this job any more.
    if (code === "PreconditionFailed") this.result.young += 1;
    else
      this.result.refused = {
        count: (this.result.refused?.count ?? 0) + 1,
        why: this.result.refused?.why ?? `${code}: ${message}`,
      };
  }

  async #isStillOurs(): Promise<boolean> {
    return (await readStatus(this.#store, this.#prefix))?.etag === this.#claim?.etag;
  }

  /** @returns false: it is another one by now */
  async #removeStatus({ etag, versionId }: StatusObject): Promise<boolean> {
    const key = this.#key;
    if (versionId !== undefined && !this.result.leavesVersions) {
      // Of this version alone: whatever was written since stays.
      const [refused] = await this.#store.deleteMany([{ key, versionId }]);
      if (!refused) return this.#count();
      if (refused.code !== "AccessDenied") {
        this.#note(refused);
        return true;
      }
      this.result.leavesVersions = true;
    }
    if (!(await this.#isStillOurs())) return false;
    const hasConditions = this.#options.hasConditions !== false;
    const [refused] = await this.#store.deleteMany([
      { key, ...(hasConditions && { ifMatch: etag }) },
    ]);
    if (!refused) return this.#count();
    if (refused.code === "PreconditionFailed") return false;
    this.#note(refused);
    return true;
  }

  #count(): true {
    this.result.objects += 1;
    return true;
  }

  /** The job stays, without its inputs: its status object says again what it said. */
  async #giveBack({ etag }: StatusObject): Promise<void> {
    const state = this.#before.state ?? "JOB_ERROR";
    const metadata = endedMetadata(this.#before);
    const put = { ...TEXT, metadata, ifMatch: etag };
    const written = await this.#store.put(this.#key, formatStatus(state), put);
    const { young, refused } = this.result;
    this.result.end = young > 0 || refused ? "remains" : "removed";
    if (written === undefined) this.result.end = "changed";
  }
}
